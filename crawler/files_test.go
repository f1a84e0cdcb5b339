package crawler

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// plant writes files; a content that begins with "->" makes a link.
func plant(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, ok := strings.CutPrefix(content, "->"); ok {
			err = os.Symlink(target, path)
		} else {
			err = os.WriteFile(path, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// walked gives one line a name.
func walked(t *testing.T, dir string, f Files) string {
	t.Helper()
	var lines []string
	for found := range f.Walk(t.Context()) {
		name, err := filepath.Rel(dir, found.Name)
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%s %s %d", filepath.ToSlash(name), found.Outcome, found.Size)
		if (found.Err == nil) != (found.Outcome == OK) {
			t.Errorf("%s: error %v", line, found.Err)
		}
		if found.Err != nil && found.Outcome != Unreadable {
			line += ": " + found.Err.Error()
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func check(t *testing.T, got, want string) {
	t.Helper()
	if want = strings.ReplaceAll(strings.TrimSpace(want), "\n\t\t", "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWalk(t *testing.T) {
	dir := plant(t, map[string]string{
		"b.HTML": "b", "a.shtml": "aa", "某某市2021年年度报告": "x", "c.css": "c", "content.jhtml?id=3.4": "q",
		".hidden.html": "h", ".git/config": "g", "empty.html": "", "large.txt": strings.Repeat("l", 11),
		"sub/d.md": "d", "sub/deeper/e.htm": "e",
		"link.html": "->b.HTML", "broken.html": "->nowhere", "self.html": "->self.html", "sub/up.html": "->..",
	})
	check(t, walked(t, dir, Files{Paths: []string{dir}, Limit: 10}), `
		.git skipped 0: hidden
		.hidden.html skipped 0: hidden
		a.shtml ok 2
		b.HTML ok 1
		broken.html unreadable 0
		c.css skipped 0: ".css" is not an extension of pages or documents
		content.jhtml?id=3.4 ok 1
		empty.html empty 0: the file has no bytes
		large.txt too_large 11: the document has more than 10 bytes, more than any report has: leave it out
		link.html ok 1
		self.html unreadable 0
		sub/d.md ok 1
		sub/deeper/e.htm ok 1
		sub/up.html skipped 0: a link to a folder is not followed: name the folder itself
		某某市2021年年度报告 ok 1`)
}

// What is named itself is taken whatever it is called.
func TestWalkOfNamedFiles(t *testing.T) {
	dir := plant(t, map[string]string{"c.css": "c", ".hidden": "h", "e.html": "", "real/a.html": "a", "way": "->real"})
	at := func(name string) string { return filepath.Join(dir, name) }
	check(t, walked(t, dir, Files{Paths: []string{at("way"), at("c.css"), at(".hidden"), at("e.html"), at("missing")}}), `
		way/a.html ok 1
		c.css ok 1
		.hidden ok 1
		e.html empty 0: the file has no bytes
		missing unreadable 0`)
}

func TestWalkIsBounded(t *testing.T) {
	dir := plant(t, map[string]string{"a/1.txt": "1", "a/b/2.txt": "2", "a/b/c/3.txt": "3", "d.txt": "d", "e.txt": "e"})
	check(t, walked(t, dir, Files{Paths: []string{dir}, MaxDepth: 2}), `
		a/1.txt ok 1
		a/b stopped 0: the folder lies more than 2 folders deep and was not looked at
		d.txt ok 1
		e.txt ok 1`)
	check(t, walked(t, dir, Files{Paths: []string{dir}, MaxFiles: 2}), `
		a/1.txt ok 1
		a/b/2.txt ok 1
		a/b/c/3.txt stopped 0: the walk ends here: it found as many names as it may; what lies beyond was not looked at`)
}

func TestWalkStops(t *testing.T) {
	dir := plant(t, map[string]string{"a.txt": "1", "b.txt": "2", "c.txt": "3"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for range (Files{Paths: []string{dir, dir}}).Walk(ctx) {
		n++
		cancel()
	}
	if n != 1 {
		t.Errorf("%d names after the end", n)
	}
	for range (Files{Paths: []string{dir}}).Walk(t.Context()) {
		break
	}
}
