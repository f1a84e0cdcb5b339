package crawler

import (
	"context"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// attachments are the files that pages name as their own.
type attachments struct {
	pages map[string][]Attachment // by the page's path
	files map[string]string       // the first page that names a file, by the file's path
}

// beside finds the files that a page names which the user named itself.
func (w *walk) beside(page string, size int64) attachments {
	if w.Links == nil || size > w.limit {
		return attachments{}
	}
	root, err := os.OpenRoot(filepath.Dir(page))
	if err != nil {
		return attachments{}
	}
	defer root.Close()
	named := w.filesOf(root, filepath.Base(page))
	return attachments{pages: map[string][]Attachment{page: named}}
}

// findAttached finds the files that the pages in a folder name. Pages are read
// once more for it, but only where there is a file to be named.
func (w *walk) findAttached(folder string) attachments {
	if w.Links == nil {
		return attachments{}
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return attachments{}
	}
	defer root.Close()
	pages := w.pagesWithFiles(root)
	found := attachments{pages: map[string][]Attachment{}, files: map[string]string{}}
	named := make([][]Attachment, len(pages))
	eachOf(w.ctx, len(pages), func(i int) {
		named[i] = w.filesOf(root, pages[i])
		if w.Belong != nil && countDocuments(named[i]) > 0 {
			named[i] = w.Belong(w.ctx, filepath.Join(folder, pages[i]), named[i])
		}
	})
	for i, page := range pages {
		if len(named[i]) == 0 {
			continue
		}
		page = filepath.Join(folder, page)
		found.pages[page] = named[i]
		for _, file := range named[i] {
			if _, known := found.files[file.Path]; !known {
				found.files[file.Path] = page
			}
		}
	}
	return found
}

// countDocuments counts the files that would be found by themselves if no page
// named them.
func countDocuments(files []Attachment) (n int) {
	for _, f := range files {
		if unwantedName(filepath.Base(f.Path)) == nil {
			n++
		}
	}
	return n
}

// eachOf calls f with the numbers below n, on all processors.
func eachOf(ctx context.Context, n int, f func(int)) {
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range numbers {
				f(i)
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		numbers <- i
	}
	close(numbers)
	workers.Wait()
}

// pagesWithFiles lists the pages below a folder, none if nothing but pages is there.
func (w *walk) pagesWithFiles(root *os.Root) (pages []string) {
	files, left := 0, w.left
	_ = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		left--
		switch {
		case left < 0 || w.ctx.Err() != nil:
			return fs.SkipAll
		case err != nil:
			return nil // the walk itself tells
		case name != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.IsDir():
			if strings.Count(name, "/") >= w.maxDepth {
				return fs.SkipDir
			}
		case !entry.Type().IsRegular():
		case pageNames[extensionOf(name)]:
			pages = append(pages, name)
		default:
			files++
		}
		return nil
	})
	if files == 0 {
		return nil
	}
	return pages
}

// filesOf finds the files that a page names; names are relative to the root. What
// cannot be read here the walk itself reports.
func (w *walk) filesOf(root *os.Root, page string) (found []Attachment) {
	info, err := root.Stat(page)
	if err != nil || info.Size() > w.limit || !info.Mode().IsRegular() {
		return nil
	}
	data, err := root.ReadFile(page)
	if err != nil {
		return nil
	}
	seen := map[string]bool{}
	for _, reference := range w.Links(data) {
		if len(found) == w.MaxAttached {
			break
		}
		name, size, ok := locate(root, filepath.ToSlash(page), reference)
		if ok && !seen[name] {
			seen[name] = true
			found = append(found, Attachment{Href: reference.Href, Path: filepath.Join(root.Name(), filepath.FromSlash(name)), Size: size})
		}
	}
	return found
}

// locate finds the file below the root that a reference on a page stands for.
func locate(root *os.Root, page string, r Reference) (name string, size int64, ok bool) {
	for _, name := range candidates(page, r) {
		if name == page || !filepath.IsLocal(filepath.FromSlash(name)) || isHiddenPath(name) {
			continue
		}
		// A link may point anywhere; only what lies here itself is the page's.
		info, err := root.Lstat(filepath.FromSlash(name))
		if err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			return name, info.Size(), true
		}
	}
	return "", 0, false
}

// candidates are the names that a file may have, the likeliest first. Sites write
// addresses from their root, and people save files beside the page under the name
// that the site gave them or that the page prints.
func candidates(page string, r Reference) (names []string) {
	address, err := url.Parse(strings.TrimSpace(r.Href))
	if err != nil {
		return nil
	}
	folder := path.Dir(page)
	file := strings.ReplaceAll(address.Path, `\`, "/")
	remote := address.Host != "" || strings.HasPrefix(file, "/")
	if file != "" && !remote {
		names = append(names, path.Join(folder, file))
	}
	if file != "" && remote {
		for above := folder; ; above = path.Dir(above) {
			names = append(names, path.Join(above, "/"+file))
			if above == "." {
				break
			}
		}
	}
	if base := path.Base(file); file != "" && base != "." && base != ".." && base != "/" {
		if address.RawQuery != "" {
			names = append(names, path.Join(folder, base+"?"+address.RawQuery))
		}
		names = append(names, path.Join(folder, base))
	}
	if text := strings.TrimSpace(r.Text); path.Ext(text) != "" && !strings.ContainsAny(text, `/\`) && len(text) < 250 {
		names = append(names, path.Join(folder, text))
	}
	return names
}

func isHiddenPath(name string) bool {
	return strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
}
