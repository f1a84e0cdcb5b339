package published

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"gongkai/schemas"
	"gongkai/schemas/formtest"
)

// Document is a published report in one format.
type Document struct {
	// Number is that of the report: with the seed it gives everything else.
	Number uint64
	Report Report
	// Format is "pdf", "docx", ...; Producer is what made it so.
	Format, Producer string
	// DPI is how finely the pages were scanned; 0 where they hold text.
	DPI  int
	Path string
}

// Numbered makes the numbered report of a seed: the look, the form and what is
// filled in follow from the two numbers.
func Numbered(seed, number uint64) Report {
	rng := rand.New(rand.NewPCG(seed, number))
	looks, forms := Looks(), schemas.Embedded().Forms
	style := formtest.Style{Plain: rng.IntN(2) == 0, Large: rng.IntN(2) == 0, Broken: rng.IntN(4) == 0}
	if rng.IntN(3) > 0 {
		style.Blank, style.None, style.Odd = rng.Float64()*0.6, rng.Float64()*0.1, rng.Float64()*0.03
	}
	return Random(rng, forms[rng.IntN(len(forms))], style, looks[number%uint64(len(looks))])
}

// batch is the reports that are published together, so that each program
// starts once for many.
type batch struct {
	Workshop
	numbers []uint64
	reports []Report

	mu        sync.Mutex
	documents []Document
	notRun    []error
}

// Publish makes every document of the numbered reports, in the folder. The
// errors tell what could not be made, and why; they wrap ErrNoProgram where a
// program is missing.
func (w Workshop) Publish(ctx context.Context, seed uint64, numbers []uint64) ([]Document, []error) {
	b := &batch{Workshop: w, numbers: numbers}
	for _, number := range numbers {
		b.reports = append(b.reports, Numbered(seed, number))
	}
	b.byHand()
	var wait sync.WaitGroup
	wait.Go(func() { b.byBrowser(ctx) })
	wait.Go(func() { b.byOffice(ctx) })
	wait.Wait()
	return b.documents, b.notRun
}

// name is the name of a report's file, without its folder.
func (b *batch) name(i int, extension string) string {
	return fmt.Sprintf("%06d-%s.%s", b.numbers[i], b.reports[i].Look.Name, extension)
}

// add takes a document into the corpus.
func (b *batch) add(i int, format, producer, path string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.documents = append(b.documents, Document{Number: b.numbers[i], Report: b.reports[i], Format: format, Producer: producer, Path: path})
}

func (b *batch) fail(what string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notRun = append(b.notRun, fmt.Errorf("%s: %w", what, err))
}

// write puts one file for each report into a folder and returns their paths.
func (b *batch) write(folder, extension string, content func(i int, r Report) []byte) ([]string, error) {
	dir := filepath.Join(b.Dir, folder)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var paths []string
	for i, r := range b.reports {
		path := filepath.Join(dir, b.name(i, extension))
		if err := os.WriteFile(path, content(i, r), 0o644); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// byHand makes what needs no program.
func (b *batch) byHand() {
	drawings := Drawings()
	drawing := func(i int) Drawing { return drawings[b.numbers[i]%uint64(len(drawings))] }
	for _, way := range []struct {
		format, producer, folder, extension string
		content                             func(i int, r Report) []byte
	}{
		{"html", "print page", "html", "html", func(_ int, r Report) []byte { return r.HTML() }},
		{"html", "print page, gbk", "gbk", "html", func(_ int, r Report) []byte { return r.GBK() }},
		{"mhtml", "browser", "mhtml", "mht", func(_ int, r Report) []byte { return r.MHTML() }},
		{"xlsx", "one sheet", "xlsx", "xlsx", func(_ int, r Report) []byte { return r.Workbook(false) }},
		{"xlsx", "a sheet for each section", "sheets", "xlsx", func(_ int, r Report) []byte { return r.Workbook(true) }},
		{"zip", "a page in a folder", "zip", "zip", func(_ int, r Report) []byte {
			return Zip([2]string{"report/report.html", string(r.HTML())})
		}},
		{"pdf", "", "drawn", "pdf", func(i int, r Report) []byte { return r.PDF(drawing(i)) }},
	} {
		paths, err := b.write(way.folder, way.extension, way.content)
		if err != nil {
			b.fail(way.format, err)
			continue
		}
		for i, path := range paths {
			producer := way.producer
			if producer == "" {
				producer = drawing(i).String()
			}
			b.add(i, way.format, producer, path)
		}
	}
}

// String names the drawing in tables.
func (d Drawing) String() string {
	name := "no fonts, " + d.CMap + ", rulings " + string(d.Rules)
	if d.Rotated {
		name += ", rotated"
	}
	return name
}

// byBrowser prints the pages with Chromium and rewrites the PDFs.
func (b *batch) byBrowser(ctx context.Context) {
	pages, err := b.write("print", "html", func(_ int, r Report) []byte { return r.HTML() })
	if err == nil {
		pages, err = b.PrintPages(ctx, filepath.Join(b.Dir, "chromium"), pages)
	}
	if err != nil {
		b.fail("pdf by Chromium", err)
		return
	}
	b.addAll("pdf", "Chromium", pages)
	b.rewrite(ctx, "chromium", pages)
}

func (b *batch) addAll(format, producer string, paths []string) {
	for i, path := range paths {
		b.add(i, format, producer, path)
	}
}

// rewrite has each PDF rewritten in one way, another for each.
func (b *batch) rewrite(ctx context.Context, by string, pdfs []string) {
	dir := filepath.Join(b.Dir, by+"-rewritten")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.fail("pdf by qpdf", err)
		return
	}
	ways := Rewritings()
	for i, pdf := range pdfs {
		way := ways[b.numbers[i]%uint64(len(ways))]
		to := filepath.Join(dir, filepath.Base(pdf))
		if err := b.Rewrite(ctx, way, pdf, to); err != nil {
			b.fail("pdf by qpdf", err)
			return
		}
		b.add(i, "pdf", "qpdf "+way.Name, to)
	}
}

const (
	taggedPDF  = `pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}`
	archivePDF = `pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}`
	webPage    = "HTML (StarWriter)"
	wordText   = "docx:MS Word 2007 XML"
	workbook   = "xlsx:Calc MS Excel 2007 XML"
)

// byOffice makes what LibreOffice makes of texts, pages and workbooks.
func (b *batch) byOffice(ctx context.Context) {
	texts, err := b.write("text", "fodt", func(_ int, r Report) []byte { return r.FlatODT() })
	if err != nil {
		b.fail("documents by LibreOffice", err)
		return
	}
	pages, err := b.write("web", "html", func(_ int, r Report) []byte { return r.HTML() })
	if err != nil {
		b.fail("documents by LibreOffice", err)
		return
	}
	books, err := b.write("book", "xlsx", func(i int, r Report) []byte { return r.Workbook(i%2 == 0) })
	if err != nil {
		b.fail("workbooks by LibreOffice", err)
		return
	}
	for _, way := range []struct {
		producer, read, to, folder string
		files                      []string
	}{
		{"LibreOffice", "", "pdf:writer_pdf_Export", "office-pdf", texts},
		{"LibreOffice, tagged", "", taggedPDF, "office-tagged", texts},
		{"LibreOffice, PDF/A", "", archivePDF, "office-archive", texts},
		{"LibreOffice", "", wordText, "office-docx", texts},
		{"LibreOffice", "", "doc:MS Word 97", "office-doc", texts},
		{"LibreOffice", "", "rtf:Rich Text Format", "office-rtf", texts},
		{"LibreOffice", "", "html:" + webPage, "office-html", texts},
		{"LibreOffice, from a page", webPage, wordText, "page-docx", pages},
		{"LibreOffice, from a page", webPage, "doc:MS Word 97", "page-doc", pages},
		{"LibreOffice, from a page", webPage, "rtf:Rich Text Format", "page-rtf", pages},
		{"LibreOffice", "", workbook, "office-xlsx", books},
		{"LibreOffice", "", "xls:MS Excel 97", "office-xls", books},
		{"LibreOffice, from a workbook", "", "pdf:calc_pdf_Export", "book-pdf", books},
	} {
		made, err := b.Convert(ctx, way.read, way.to, filepath.Join(b.Dir, way.folder), way.files)
		format, _, _ := strings.Cut(way.to, ":")
		if err != nil {
			b.fail(format+" by "+way.producer, err)
			if errors.Is(err, ErrNoProgram) {
				return
			}
			continue
		}
		b.addAll(format, way.producer, made)
		switch way.folder {
		case "office-pdf":
			b.rewrite(ctx, "office", made)
		case "office-docx":
			b.pack(made)
		}
	}
}

// pack puts each document into an archive of its own, as offices attach them.
func (b *batch) pack(documents []string) {
	paths, err := b.write("zip-docx", "zip", func(i int, r Report) []byte {
		data, err := os.ReadFile(documents[i])
		if err != nil {
			b.fail("zip", err)
		}
		return Zip([2]string{"附件/" + r.Title() + ".docx", string(data)})
	})
	if err != nil {
		b.fail("zip", err)
		return
	}
	b.addAll("zip", "a text document in a folder", paths)
}
