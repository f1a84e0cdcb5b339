package crawler

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// filesIn lists the files below a folder with their contents.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestArchiveKeepsEachDocumentOnce(t *testing.T) {
	a := &Archive{Dir: t.TempDir()}
	for name, content := range map[string]string{
		"empty": "", "small": "公开", "as large as memory": strings.Repeat("x", spoolMemory), "larger": strings.Repeat("y", 3*spoolMemory+1),
	} {
		var written os.FileInfo
		for range 2 {
			stored, err := a.Put(t.Context(), strings.NewReader(content))
			if err != nil || stored != (Stored{hashOf(content), int64(len(content))}) {
				t.Fatalf("%s: %+v, %v", name, stored, err)
			}
			info, err := os.Stat(filepath.Join(a.Dir, stored.SHA256[:2], stored.SHA256[2:]))
			if err != nil {
				t.Fatal(err)
			}
			if written != nil && !os.SameFile(written, info) {
				t.Errorf("%s was written twice", name)
			}
			written = info
		}
		got, err := a.Read(t.Context(), hashOf(content))
		if err != nil || string(got) != content {
			t.Errorf("%s: read %d bytes, %v", name, len(got), err)
		}
	}
	if files := filesIn(t, a.Dir); len(files) != 4 {
		t.Errorf("%d files are in the archive", len(files))
	}
}

func TestArchiveTakesTheSameDocumentFromMany(t *testing.T) {
	a := &Archive{Dir: t.TempDir(), Sync: true}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, err := a.Put(t.Context(), strings.NewReader("text")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if files := filesIn(t, a.Dir); len(files) != 1 {
		t.Errorf("files %q", files)
	}
}

func TestArchiveRefusesWhatIsTooLarge(t *testing.T) {
	a := &Archive{Dir: t.TempDir(), Limit: 2 * spoolMemory}
	if _, err := a.Put(t.Context(), strings.NewReader(strings.Repeat("x", 2*spoolMemory))); err != nil {
		t.Error(err)
	}
	_, err := a.Put(t.Context(), strings.NewReader(strings.Repeat("y", 2*spoolMemory+1)))
	var large *TooLargeError
	if !errors.As(err, &large) || large.Limit != 2*spoolMemory || !strings.Contains(err.Error(), "leave it out") {
		t.Errorf("got %v", err)
	}
	if files := filesIn(t, a.Dir); len(files) != 1 {
		t.Errorf("%d files", len(files))
	}
	a.Limit = 10
	if _, err := a.Read(t.Context(), hashOf(strings.Repeat("x", 2*spoolMemory))); !errors.As(err, &large) {
		t.Errorf("read %v", err)
	}
}

func TestArchiveKeepsNothingOfAFailedPut(t *testing.T) {
	a := &Archive{Dir: t.TempDir()}
	half := io.MultiReader(strings.NewReader(strings.Repeat("x", 2*spoolMemory)), iotest.ErrReader(errors.New("connection reset")))
	if _, err := a.Put(t.Context(), half); err == nil || !strings.Contains(err.Error(), "connection reset") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	endless := readerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	if _, err := a.Put(ctx, endless); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if files := filesIn(t, a.Dir); len(files) != 0 {
		t.Errorf("%d files are left", len(files))
	}
}

type readerFunc func([]byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A process that is killed before the rename leaves a file that nobody takes
// for a document, and that does not stand in the way of the next attempt.
func TestArchiveAfterAKill(t *testing.T) {
	a := &Archive{Dir: t.TempDir()}
	killed := &spool{folder: filepath.Join(a.Dir, tempFolder)}
	if _, err := killed.Write([]byte("text")); err != nil {
		t.Fatal(err)
	}
	if err := killed.spill(); err != nil {
		t.Fatal(err)
	}
	killed.file.Close()

	if _, err := a.Read(t.Context(), hashOf("text")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read %v", err)
	}
	if _, err := a.Put(t.Context(), strings.NewReader("text")); err != nil {
		t.Error(err)
	}
	if err := a.Sweep(time.Now().Add(-time.Hour)); err != nil {
		t.Error(err)
	}
	if files := filesIn(t, a.Dir); len(files) != 2 {
		t.Errorf("a young file was swept: %q", files)
	}
	if err := a.Sweep(time.Now().Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if files := filesIn(t, a.Dir); len(files) != 1 {
		t.Errorf("files %q", files)
	}
}

func TestArchiveFindsDamage(t *testing.T) {
	for name, damage := range map[string]string{"changed": "tixt", "cut": "te", "emptied": "", "longer": "texts"} {
		a := &Archive{Dir: t.TempDir()}
		stored, err := a.Put(t.Context(), strings.NewReader("text"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(a.Dir, stored.SHA256[:2], stored.SHA256[2:])
		if err := os.WriteFile(path, []byte(damage), 0o644); err != nil {
			t.Fatal(err)
		}
		var damaged *DamagedError
		_, err = a.Read(t.Context(), stored.SHA256)
		if !errors.As(err, &damaged) || damaged.Got != hashOf(damage) || damaged.Path != path || !damaged.Permanent() {
			t.Errorf("%s: %v", name, err)
		}
		file, err := a.Open(stored.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, iotest.OneByteReader(file)); !errors.As(err, &damaged) {
			t.Errorf("%s: %v", name, err)
		}
		file.Close()
	}
}

// Capturing a document again mends a copy that was cut short.
func TestArchiveMendsACutDocument(t *testing.T) {
	a := &Archive{Dir: t.TempDir()}
	for range 2 {
		stored, err := a.Put(t.Context(), strings.NewReader("text"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := a.Read(t.Context(), stored.SHA256); err != nil || !bytes.Equal(got, []byte("text")) {
			t.Errorf("read %q, %v", got, err)
		}
		if err := os.Truncate(filepath.Join(a.Dir, stored.SHA256[:2], stored.SHA256[2:]), 2); err != nil {
			t.Fatal(err)
		}
	}
}

func TestArchiveOpensHashesOnly(t *testing.T) {
	a := &Archive{Dir: t.TempDir()}
	for _, name := range []string{"", "ab", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("/", 64), strings.Repeat("0", 65)} {
		if _, err := a.Open(name); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
