package crawler

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Archive keeps documents in a folder, each once, under the SHA-256 of its
// bytes: ab/cdef... for the hash abcdef... A document appears by a rename, so
// that a process that is killed leaves either the whole document or nothing.
//
// An Archive may be used by many goroutines and many processes at once.
type Archive struct {
	// Dir is the folder. It is created when the first document comes.
	Dir string
	// Limit is the number of bytes a document may have; 0 means DefaultLimit.
	Limit int64
	// Sync forces each document to the disk before Put returns, so that it
	// outlives a power cut and not only the end of the process.
	Sync bool
}

// Stored is a document in the archive.
type Stored struct {
	SHA256 string
	Size   int64
}

// TooLargeError refuses a document over the limit.
type TooLargeError struct{ Limit int64 }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the document has more than %d bytes, more than any report has: leave it out", e.Limit)
}

// Permanent tells the pipeline that trying again is of no use.
func (e *TooLargeError) Permanent() bool { return true }

// DamagedError says that the archive no longer holds what was put into it.
type DamagedError struct {
	SHA256 string // what was put
	Got    string // what is there
	Path   string
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the archived document %s is damaged: its bytes now have the hash %s: delete %s and capture the document again", e.SHA256, e.Got, e.Path)
}

// Permanent tells the pipeline that trying again is of no use.
func (e *DamagedError) Permanent() bool { return true }

// tempFolder holds documents that are being written. No hash can be named so.
const tempFolder = "tmp"

// Put reads r to its end and keeps the bytes. Bytes that are there already are
// not written again. On an error, cancellation included, nothing is kept.
func (a *Archive) Put(ctx context.Context, r io.Reader) (Stored, error) {
	spool := &spool{folder: filepath.Join(a.Dir, tempFolder)}
	defer spool.discard()
	sum := sha256.New()
	limit := a.limit()
	n, err := io.Copy(io.MultiWriter(sum, spool), io.LimitReader(&cancelReader{ctx, r}, limit+1))
	if err != nil {
		return Stored{}, fmt.Errorf("archive document: %w", err)
	}
	if n > limit {
		return Stored{}, fmt.Errorf("archive document: %w", &TooLargeError{limit})
	}
	stored := Stored{SHA256: hex.EncodeToString(sum.Sum(nil)), Size: n}
	path := a.path(stored.SHA256)
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Size() == n {
		return stored, nil
	}
	if err := spool.commit(path, a.Sync); err != nil {
		return Stored{}, fmt.Errorf("archive document %s: %w", stored.SHA256, err)
	}
	return stored, nil
}

// Open gives the document to read. Reading to the end checks the bytes: where
// io.EOF is due, bytes that were damaged give a [DamagedError] instead. A
// document that is not there gives an error that is [fs.ErrNotExist].
func (a *Archive) Open(sha256hex string) (io.ReadCloser, error) {
	if !isHash(sha256hex) {
		return nil, fmt.Errorf("open archived document: %q is not a SHA-256 in lower-case hexadecimal", sha256hex)
	}
	path := a.path(sha256hex)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open archived document: the archive %s has no document %s: %w", a.Dir, sha256hex, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("open archived document: %w", err)
	}
	return &checkedFile{file: file, sum: sha256.New(), want: sha256hex, path: path}, nil
}

// Read returns the document's bytes, checked.
func (a *Archive) Read(ctx context.Context, sha256hex string) ([]byte, error) {
	file, err := a.Open(sha256hex)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	limit := a.limit()
	body, err := io.ReadAll(io.LimitReader(&cancelReader{ctx, file}, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read archived document: %w", err)
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("read archived document %s: %w", sha256hex, &TooLargeError{limit})
	}
	return body, nil
}

// Sweep deletes what killed processes left half written before that time.
// Leave a day: younger files may be in the hands of a process that is alive.
func (a *Archive) Sweep(before time.Time) error {
	entries, err := os.ReadDir(filepath.Join(a.Dir, tempFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("sweep archive: %w", err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue
		}
		if err := os.Remove(filepath.Join(a.Dir, tempFolder, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("sweep archive: %w", err)
		}
	}
	return nil
}

func (a *Archive) limit() int64 {
	if a.Limit > 0 {
		return a.Limit
	}
	return DefaultLimit
}

func (a *Archive) path(sha256hex string) string {
	return filepath.Join(a.Dir, sha256hex[:2], sha256hex[2:])
}

func isHash(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

// spoolMemory is how much of a document waits in memory until its hash is
// known. Nearly all reports fit, and one that is there already costs no write.
const spoolMemory = 1 << 20

// spool takes bytes whose final name is known only after the last one.
type spool struct {
	folder string
	memory bytes.Buffer
	file   *os.File // nil as long as memory is enough
}

// Write implements io.Writer.
func (s *spool) Write(p []byte) (int, error) {
	if s.file != nil {
		return s.file.Write(p)
	}
	if s.memory.Len()+len(p) <= spoolMemory {
		return s.memory.Write(p)
	}
	if err := s.spill(); err != nil {
		return 0, err
	}
	return s.file.Write(p)
}

func (s *spool) spill() error {
	if err := os.MkdirAll(s.folder, 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(s.folder, "put-*")
	if err != nil {
		return err
	}
	s.file = file
	_, err = s.memory.WriteTo(file)
	return err
}

// commit moves the bytes to their final path.
func (s *spool) commit(path string, sync bool) error {
	if s.file == nil {
		if err := s.spill(); err != nil {
			return err
		}
	}
	if sync {
		if err := s.file.Sync(); err != nil {
			return err
		}
	}
	temp := s.file.Name()
	if err := errors.Join(s.file.Chmod(0o644), s.file.Close()); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	s.file = nil
	if sync {
		return syncFolders(filepath.Dir(path), filepath.Dir(filepath.Dir(path)))
	}
	return nil
}

// discard removes what was not committed.
func (s *spool) discard() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}

// syncFolders makes a rename outlive a power cut.
func syncFolders(folders ...string) error {
	for _, folder := range folders {
		dir, err := os.Open(folder)
		if err != nil {
			return err
		}
		if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
			return err
		}
	}
	return nil
}

// checkedFile compares the hash of what was read at the end.
type checkedFile struct {
	file *os.File
	sum  hash.Hash
	want string
	path string
}

// Read implements io.Reader.
func (c *checkedFile) Read(p []byte) (int, error) {
	n, err := c.file.Read(p)
	c.sum.Write(p[:n])
	if err == io.EOF {
		if got := hex.EncodeToString(c.sum.Sum(nil)); got != c.want {
			return n, &DamagedError{SHA256: c.want, Got: got, Path: c.path}
		}
	}
	return n, err
}

// Close implements io.Closer.
func (c *checkedFile) Close() error { return c.file.Close() }

// cancelReader stops a long copy when its context ends.
type cancelReader struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (c *cancelReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.r.Read(p)
}
