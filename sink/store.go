// Package sink keeps the dataset: what every document was read as, in one
// SQLite file that people can open with any SQLite tool.
//
// The file's schema is derived from the forms (see schemas.Set.SQL) and explains
// itself: sqlite3 file.db .schema prints it with its comments. Everything is
// keyed by content. The key of a document's source names the document: the SHA-256
// of its bytes, or a hash over its own and its attached files' (report.Source.Key);
// storing it twice is storing it once, storing it under another name adds the
// name, and storing what a better program reads from it replaces the reading.
// What the views show does not depend on the order in which documents arrive.
//
// The methods that read return sequences. A sequence sees the dataset as it was
// when its loop began, whatever is stored meanwhile, and holds a connection until
// its loop ends: bound the number of loops that run at a time. It yields an error
// at most once, as its last element; the end of its context is one. It can be
// looped over again, and then sees what is stored by then.
//
// The store takes no text amiss. Values travel as parameters, never as SQL, and
// come back as they went in, NUL characters included; only the string functions
// of SQLite itself stop at a NUL. Text must be UTF-8, as JSON must be.
package sink

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/klauspost/compress/zstd"
	"modernc.org/sqlite"

	"gongkai/report"
	"gongkai/schemas"
)

// Store is an open dataset. It is safe for concurrent use: calls of [Store.Store]
// take turns, and readers run beside them on a state that does not change below
// them. Another process may read the file at any time, and write it in turns.
type Store struct {
	read        *sql.DB  // read only; a connection for each read under way
	tables      []string // the sections with a table
	formColumns string   // their columns in reports, to select
	figures     map[report.ID]figureName
	forms       map[string]int // by section: where its form stands in a row of reports

	// turn is held by whoever writes; it guards what follows.
	turn       chan struct{}
	write      driver.Conn
	statements *statements
	rules      map[string]rule

	packer   *zstd.Encoder
	unpacker *zstd.Decoder
}

// maxReport bounds what a canonical report may unpack to.
const maxReport = 1 << 30

// Open opens the dataset in the file at path, and creates it if there is none.
// The forms in set decide which figures have a column: figures that the file
// does not know yet get one, figures that only the file knows stay as they are.
// A file that is no dataset, or one that a newer program wrote, is refused and
// left untouched.
func Open(ctx context.Context, path string, set *schemas.Set) (*Store, error) {
	s := &Store{turn: make(chan struct{}, 1), rules: map[string]rule{}}
	if err := s.open(ctx, path, set); err != nil {
		_ = s.Close() // the first error is the one to tell
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, path string, set *schemas.Set) (err error) {
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	if err = s.openSchema(ctx, address(path, writerSettings), set); err != nil {
		return err
	}
	if err = s.openWriter(ctx, address(path, writerSettings), set); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite", address(path, readerSettings)); err != nil {
		return err
	}
	s.read.SetMaxIdleConns(runtime.GOMAXPROCS(0))
	return s.openCodec()
}

func (s *Store) openWriter(ctx context.Context, address string, set *schemas.Set) error {
	connector, err := sqlite.NewConnector(address)
	if err != nil {
		return err
	}
	if s.write, err = connector.Connect(ctx); err != nil {
		return err
	}
	s.statements, err = prepareAll(ctx, s.write, set)
	return err
}

func (s *Store) openCodec() (err error) {
	s.packer, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return err
	}
	s.unpacker, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxReport))
	return err
}

// writerSettings: a commit may be lost when the machine loses power, never
// damaged (synchronous NORMAL with WAL): the archive behind the store is the
// truth. The log is moved into the file each 32 MB.
var writerSettings = url.Values{
	"_txlock": {"immediate"},
	"_pragma": {
		"busy_timeout(30000)", "foreign_keys(1)", "synchronous(NORMAL)", "page_size(8192)",
		"cache_size(-65536)", "wal_autocheckpoint(4096)", "journal_size_limit(67108864)",
	},
}

var readerSettings = url.Values{
	"mode":    {"ro"},
	"_pragma": {"busy_timeout(30000)", "query_only(1)", "cache_size(-16384)"},
}

// address is the file's URI; a path may hold any character.
func address(path string, settings url.Values) string {
	slashed := "/" + strings.TrimPrefix(filepath.ToSlash(path), "/")
	return (&url.URL{Scheme: "file", Path: slashed, RawQuery: settings.Encode()}).String()
}

// Close ends the store. End all calls before.
func (s *Store) Close() error {
	var failed []error
	if s.packer != nil {
		failed = append(failed, s.packer.Close())
	}
	if s.unpacker != nil {
		s.unpacker.Close()
	}
	if s.read != nil {
		failed = append(failed, s.read.Close())
	}
	if s.write != nil { // the last to go moves the log into the file
		failed = append(failed, s.statements.close(), s.write.Close())
	}
	if err := errors.Join(failed...); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}
