package crawler

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Files finds documents on this computer.
//
// A file that is named itself is taken whatever it is called: somebody wants
// it read. Inside folders only names in pageNames and fileNames count, in the
// order of their names, so that two walks over the same folder say the same.
type Files struct {
	// Paths are files and folders.
	Paths []string
	// Limit is the number of bytes a document may have; 0 means DefaultLimit.
	Limit int64
	// MaxFiles bounds the names reported; 0 means 1,000,000.
	MaxFiles int
	// MaxDepth bounds how deep folders lie in each other; 0 means 32.
	MaxDepth int
	// Links tells how a page names the files that belong to it. Those that lie in
	// the folder that is walked, or below the folder of a page that is named
	// itself, are found with the page. With nil every file stands alone.
	Links func(page []byte) []Reference
	// MaxAttached bounds the files of one page: what it names beyond them is found
	// like any file. With 0 none belongs to a page.
	MaxAttached int
	// Belong keeps, of several documents that a page in a folder names, those that
	// are the page's own: a page may be a list of documents that are found by
	// themselves. With nil all are its own.
	Belong func(ctx context.Context, page string, files []Attachment) []Attachment
	// Unpack yields the documents in an archive, ok is false for other files. Each
	// is found by itself, under the archive's name and its own. With nil an
	// archive is found like any file.
	Unpack func(data []byte) (members iter.Seq2[Member, error], ok bool)
}

// Reference is how a page names a file.
type Reference struct {
	Href string
	// Text is what the page calls the file.
	Text string
}

// Member is a document in an archive.
type Member struct {
	Name string
	Data []byte
}

// Found is one name and what became of it.
type Found struct {
	Name    string
	Size    int64
	Outcome Outcome
	// Err says why, unless Outcome is OK.
	Err error
	// Data are the bytes of a document in an archive; of a file it is nil.
	Data []byte
	// Attached are the files that the page names.
	Attached []Attachment
}

// Attachment is a file that a page names.
type Attachment struct {
	// Href is the page's reference, Path where the file lies.
	Href, Path string
	Size       int64
}

// pageNames are the extensions of pages. Government platforms publish pages under
// the names of the programs that once wrote them; a name without extension may be
// anything, and the parser looks at the bytes.
var pageNames = map[string]bool{
	"": true, ".htm": true, ".html": true, ".shtm": true, ".shtml": true, ".xhtml": true, ".jhtml": true,
	".asp": true, ".aspx": true, ".do": true, ".jsp": true, ".jspx": true, ".php": true,
}

// fileNames are the extensions of other documents and of archives, also of those
// that are not read: they hold reports, and must not be passed over.
var fileNames = map[string]bool{
	".txt": true, ".text": true, ".md": true, ".markdown": true, ".mht": true, ".mhtml": true,
	".pdf": true, ".doc": true, ".docx": true, ".docm": true, ".wps": true, ".rtf": true, ".ofd": true,
	".xls": true, ".xlsx": true, ".xlsm": true, ".et": true,
	".zip": true, ".gz": true, ".rar": true, ".7z": true,
}

// Walk yields every name found until the paths or the bounds are exhausted or
// the context ends. Folders that are walked are not reported themselves.
func (f Files) Walk(ctx context.Context) iter.Seq[Found] {
	return func(yield func(Found) bool) {
		w := walk{Files: f, ctx: ctx, yield: yield, limit: f.Limit, left: f.MaxFiles, maxDepth: f.MaxDepth}
		if w.limit <= 0 {
			w.limit = DefaultLimit
		}
		if w.left <= 0 {
			w.left = 1_000_000
		}
		if w.maxDepth <= 0 {
			w.maxDepth = 32
		}
		for _, path := range f.Paths {
			if !w.named(path) {
				return
			}
		}
	}
}

// walk is one run over the paths. Its methods report whether to go on.
type walk struct {
	Files
	ctx      context.Context
	yield    func(Found) bool
	limit    int64
	left     int
	maxDepth int
	// attached are the files of the folder that pages in it name.
	attached attachments
}

func (w *walk) found(name string, size int64, outcome Outcome, err error) bool {
	return w.tell(Found{Name: name, Size: size, Outcome: outcome, Err: err})
}

func (w *walk) tell(found Found) bool {
	if w.ctx.Err() != nil {
		return false
	}
	if w.left == 0 {
		w.yield(Found{Name: found.Name, Outcome: Stopped, Err: errors.New("the walk ends here: it found as many names as it may; what lies beyond was not looked at")})
		return false
	}
	w.left--
	return w.yield(found)
}

// named takes a path that the user gave. Links are followed: they were meant.
func (w *walk) named(path string) bool {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return w.found(path, 0, Unreadable, err)
	case info.IsDir():
		w.attached = w.findAttached(path)
		return w.folder(path, 1)
	}
	w.attached = w.beside(path, info.Size())
	return w.file(path, info)
}

func (w *walk) folder(path string, depth int) bool {
	entries, err := os.ReadDir(path)
	if err != nil && !w.found(path, 0, Unreadable, err) {
		return false
	}
	for _, entry := range entries {
		if !w.entry(filepath.Join(path, entry.Name()), entry, depth) {
			return false
		}
	}
	return true
}

func (w *walk) entry(path string, entry fs.DirEntry, depth int) bool {
	if page, ok := w.attached.files[path]; ok {
		return w.found(path, 0, Attached, fmt.Errorf("it is read with %s, which attaches it", page))
	}
	if reason := unwanted(entry); reason != nil {
		return w.found(path, 0, Skipped, reason)
	}
	if entry.IsDir() {
		if depth == w.maxDepth {
			return w.found(path, 0, Stopped, fmt.Errorf("the folder lies more than %d folders deep and was not looked at", w.maxDepth))
		}
		return w.folder(path, depth+1)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return w.found(path, 0, Unreadable, err)
	case info.IsDir():
		// Following would walk in circles where the link points back, and out
		// of the folder that the user chose.
		return w.found(path, 0, Skipped, errors.New("a link to a folder is not followed: name the folder itself"))
	}
	return w.file(path, info)
}

// unwanted judges by the name alone, before the file is touched.
func unwanted(entry fs.DirEntry) error {
	name := entry.Name()
	if strings.HasPrefix(name, ".") {
		return errors.New("hidden")
	}
	if entry.IsDir() {
		return nil
	}
	return unwantedName(name)
}

func unwantedName(name string) error {
	if extension := extensionOf(name); !pageNames[extension] && !fileNames[extension] {
		return fmt.Errorf("%q is not an extension of pages or documents", extension)
	}
	return nil
}

// extensionOf is a name's extension in lower case. A saved address keeps its
// query: content.html?id=3.
func extensionOf(name string) string {
	name, _, _ = strings.Cut(name, "?")
	return strings.ToLower(filepath.Ext(name))
}

func (w *walk) file(path string, info fs.FileInfo) bool {
	size := info.Size()
	switch {
	case !info.Mode().IsRegular():
		return w.found(path, 0, Skipped, errors.New("not a regular file"))
	case size == 0:
		return w.found(path, 0, Empty, errors.New("the file has no bytes"))
	case size > w.limit:
		return w.found(path, size, TooLarge, &TooLargeError{w.limit})
	case w.Unpack != nil && isPacked(path):
		if members, ok := w.unpacked(path); ok {
			return w.members(path, members)
		}
	}
	return w.tell(Found{Name: path, Size: size, Outcome: OK, Attached: w.attached.pages[path]})
}
