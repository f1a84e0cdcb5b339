package crawler

import (
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"testing"
)

// named reads references as the lines of a page that begin with "@": a reference,
// and what the page calls it.
func named(page []byte) (references []Reference) {
	for line := range strings.Lines(string(page)) {
		if href, ok := strings.CutPrefix(strings.TrimSpace(line), "@"); ok {
			href, text, _ := strings.Cut(href, " ")
			references = append(references, Reference{href, text})
		}
	}
	return references
}

// fewFiles bounds the files of a page in the tests.
const fewFiles = 9

// withFiles gives one line a document with files: its name and where its files lie.
func withFiles(t *testing.T, dir string, f Files) string {
	t.Helper()
	f.Links, f.MaxAttached = named, fewFiles
	var lines []string
	for found := range f.Walk(t.Context()) {
		name, err := filepath.Rel(dir, found.Name)
		if err != nil {
			t.Fatal(err)
		}
		line := filepath.ToSlash(name) + " " + string(found.Outcome)
		for _, a := range found.Attached {
			path, err := filepath.Rel(dir, a.Path)
			if err != nil {
				t.Fatal(err)
			}
			line += fmt.Sprintf(" %s=%s(%d)", a.Href, filepath.ToSlash(path), a.Size)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestAttachedFiles(t *testing.T) {
	dir := plant(t, map[string]string{
		"a/page.html":       "@./r.pdf\n@../b/%E6%8A%A5.docx\n@missing.pdf\n@r.pdf#page=2",
		"a/r.pdf":           "pdf",
		"b/报.docx":          "docx",
		"b/alone.pdf":       "pdf",
		"c/saved.html":      "@/upload/2022/x.pdf\n@https://www.example.gov.cn/d/y.pdf\n@/download?id=3 年报.doc",
		"c/x.pdf":           "x",
		"c/y.pdf":           "y",
		"c/年报.doc":          "z",
		"m/host/a/p.html":   "@/f/q.pdf",
		"m/host/f/q.pdf":    "q",
		"m/host/a/file.txt": "@nothing.pdf",
	})
	check(t, withFiles(t, dir, Files{Paths: []string{dir}}), `
		a/page.html ok ./r.pdf=a/r.pdf(3) ../b/%E6%8A%A5.docx=b/报.docx(4)
		a/r.pdf attached
		b/alone.pdf ok
		b/报.docx attached
		c/saved.html ok /upload/2022/x.pdf=c/x.pdf(1) https://www.example.gov.cn/d/y.pdf=c/y.pdf(1) /download?id=3=c/年报.doc(1)
		c/x.pdf attached
		c/y.pdf attached
		c/年报.doc attached
		m/host/a/file.txt ok
		m/host/a/p.html ok /f/q.pdf=m/host/f/q.pdf(1)
		m/host/f/q.pdf attached`)
	// A page that is named itself has what lies below its own folder, and no more.
	check(t, withFiles(t, dir, Files{Paths: []string{filepath.Join(dir, "a/page.html")}}), `
		a/page.html ok ./r.pdf=a/r.pdf(3)`)
	// A file that is named itself is wanted.
	check(t, withFiles(t, dir, Files{Paths: []string{filepath.Join(dir, "a/r.pdf")}}), `
		a/r.pdf ok`)
}

// References of hostile pages lead to nothing outside the folder.
func TestAttachedFilesStayInside(t *testing.T) {
	outside := plant(t, map[string]string{"secret.pdf": "secret"})
	dir := plant(t, map[string]string{
		"in/page.html": strings.Join([]string{
			"@../../etc/passwd", "@/etc/passwd", "@file:///etc/passwd", "@%2e%2e/%2e%2e/etc/passwd", "@..\\up.pdf",
			"@../up.pdf", "@link.pdf", "@folder/secret.pdf", "@.hidden/x.pdf", "@x/../../up.pdf", "@page.html", "@", "@:", "@%zz", "@in", "@empty.pdf",
			"@" + strings.Repeat("a/", 5000), "@\x00.pdf",
		}, "\n") + strings.Repeat("\n@none.pdf", 10_000),
		"up.pdf": "up", "in/link.pdf": "->" + filepath.Join(outside, "secret.pdf"), "in/folder": "->" + outside,
		"in/.hidden/x.pdf": "x", "in/in/y": "y", "in/empty.pdf": "",
	})
	in := filepath.Join(dir, "in")
	for line := range strings.Lines(withFiles(t, in, Files{Paths: []string{in}})) {
		if strings.Contains(line, "=") {
			t.Errorf("found %s", line)
		}
	}
}

func TestAttachedFilesAreBounded(t *testing.T) {
	files := map[string]string{}
	for i := range 200 {
		files["page.html"] += fmt.Sprintf("@%d.pdf\n", i)
		files[fmt.Sprintf("%d.pdf", i)] = "r"
	}
	dir := plant(t, files)
	if got := strings.Count(withFiles(t, dir, Files{Paths: []string{dir}}), "="); got != fewFiles {
		t.Errorf("%d files of one page", got)
	}
}

// unpacked reads an archive of lines: a name and a text each, "!" is broken.
func unpacked(data []byte) (iter.Seq2[Member, error], bool) {
	list, ok := strings.CutPrefix(string(data), "PK")
	return func(yield func(Member, error) bool) {
		for line := range strings.Lines(list) {
			name, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			var err error
			if text == "!" {
				err = errors.New("it is broken")
			}
			if !yield(Member{name, []byte(text)}, err) {
				return
			}
		}
	}, ok
}

func TestArchives(t *testing.T) {
	dir := plant(t, map[string]string{
		"a.zip": "PKx/1.html one\nx/2.pdf two\nx/3.css no\n4.html !\n5.html\n6.html sixteen-letters!", "b.zip": "none", "c.docx": "PKnot opened", "d.zip": "PK",
	})
	check(t, walked(t, dir, Files{Paths: []string{dir}, Unpack: unpacked, Limit: 100}), `
		a.zip/x/1.html ok 3
		a.zip/x/2.pdf ok 3
		a.zip/x/3.css skipped 2: ".css" is not an extension of pages or documents
		a.zip/4.html unreadable 1
		a.zip/5.html empty 0: the file has no bytes
		a.zip/6.html ok 16
		b.zip ok 4
		c.docx ok 12
		d.zip ok 2`)
	for found := range (Files{Paths: []string{filepath.Join(dir, "a.zip")}, Unpack: unpacked, MaxFiles: 1}).Walk(t.Context()) {
		if found.Outcome == OK && string(found.Data) != "one" || found.Outcome != OK && found.Outcome != Stopped {
			t.Errorf("%+v", found)
		}
	}
}
