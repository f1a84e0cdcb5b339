// Package office reads the documents of word processors and spreadsheets: DOCX,
// DOC, RTF, XLSX and XLS, of Microsoft Office, WPS Office and LibreOffice alike.
//
// Each is read as it is printed. Numbers of lists that are counted
// automatically are part of the text, what is hidden or deleted is not, a cell
// of a workbook shows its value in its format. What is printed but no text (a
// picture, a formula without a result) leaves a mark, so that no cell reads
// blank that is not; so does a line across an empty cell. What is printed apart
// from its line (a footnote mark, text that is struck out) or cannot be seen
// (white print on paper, print of a point or two) is put in 〔〕.
//
// Tables become grids as HTML tables do: cells with the columns and rows that
// they span, cells that are covered by others not listed.
package office

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"gongkai/parser/blocks"
)

// decoder turns the bytes of a document into blocks.
type decoder = func(context.Context, []byte) (*blocks.Document, error)

// Media types of the documents that are read.
const (
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	DOC  = "application/msword"
	XLS  = "application/vnd.ms-excel"
	RTF  = "application/rtf"
)

// Sniff tells by its content whether data is a document of an office program:
// names of files lie. decode gives its blocks; its errors wrap one of the
// reasons in package blocks. Kinds that are known but not read (slides,
// OpenDocument, OFD, locked documents) are told as well: their decode says why
// and what to do. ok is false for all else, such as a plain ZIP archive.
func Sniff(data []byte) (mediaType string, decode func(context.Context, []byte) (*blocks.Document, error), ok bool) {
	mediaType, read := sniff(data)
	if mediaType == "" {
		return "", nil, false
	}
	return mediaType, func(ctx context.Context, data []byte) (d *blocks.Document, err error) {
		defer fence("decode "+mediaType, &err)
		return read(ctx, data)
	}, true
}

func sniff(data []byte) (string, decoder) {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return sniffArchive(data)
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return sniffContainer(data)
	case bytes.HasPrefix(bytes.TrimLeft(data[:min(len(data), 64)], "\xEF\xBB\xBF \t\r\n"), []byte(`{\rtf`)):
		return RTF, decodeRTF
	}
	return sniffXML(data)
}

// unread is the decoder of a kind that is known and not read.
func unread(what string) decoder {
	return func(context.Context, []byte) (*blocks.Document, error) {
		return nil, fmt.Errorf("%w: it is %s; save it as DOCX, XLSX or PDF", blocks.ErrUnsupported, what)
	}
}

func locked(context.Context, []byte) (*blocks.Document, error) {
	return nil, fmt.Errorf("%w: save it without one", blocks.ErrEncrypted)
}

// kind is a kind of document by what its package holds.
type kind struct {
	holds     string // a part's name, or words of its content type
	mediaType string
	decode    decoder
}

// kinds by the part that holds the document, where programs always put it.
var kindsByPart = []kind{
	{"word/document.xml", DOCX, decodeDOCX},
	{"xl/workbook.xml", XLSX, decodeXLSX},
	{"xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.12", unread("a binary workbook (XLSB)")},
	{"ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation", unread("a presentation (PPTX)")},
	{"OFD.xml", "application/ofd", unread("an OFD document")},
	{"uof.xml", "application/vnd.uof", unread("a UOF document")},
}

// kindsByType are the same by the type that the package states for its parts.
var kindsByType = []kind{
	{"wordprocessingml.document.main", DOCX, decodeDOCX},
	{"wordprocessingml.template.main", DOCX, decodeDOCX},
	{"ms-word.document.macroenabled.main", DOCX, decodeDOCX},
	{"ms-word.template.macroenabledtemplate.main", DOCX, decodeDOCX},
	{"spreadsheetml.sheet.main", XLSX, decodeXLSX},
	{"spreadsheetml.template.main", XLSX, decodeXLSX},
	{"ms-excel.sheet.macroenabled.main", XLSX, decodeXLSX},
	{"presentationml.", "application/vnd.openxmlformats-officedocument.presentationml.presentation", unread("a presentation (PPTX)")},
}

// openDocument are kinds by the first words of the part "mimetype".
var openDocument = []kind{
	{"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text", unread("an OpenDocument text (ODT)")},
	{"application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", unread("an OpenDocument spreadsheet (ODS)")},
	{"application/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.presentation", unread("an OpenDocument presentation (ODP)")},
}

func sniffArchive(data []byte) (string, decoder) {
	a, err := openArchive(context.Background(), data)
	if err != nil {
		return "", nil
	}
	for _, k := range kindsByPart {
		if a.has(k.holds) {
			return k.mediaType, k.decode
		}
	}
	if mime, err := a.part("mimetype"); err == nil {
		return find(openDocument, string(mime))
	}
	if types, err := a.part("[Content_Types].xml"); err == nil {
		return find(kindsByType, strings.ToLower(string(types)))
	}
	return "", nil
}

func find(kinds []kind, in string) (string, decoder) {
	for _, k := range kinds {
		if strings.Contains(in, k.holds) {
			return k.mediaType, k.decode
		}
	}
	return "", nil
}

func sniffContainer(data []byte) (string, decoder) {
	c, err := openContainer(data)
	if err != nil {
		return "application/x-ole-storage", func(context.Context, []byte) (*blocks.Document, error) { return nil, err }
	}
	switch {
	case c.has("EncryptedPackage"):
		return "application/x-ole-storage", locked
	case c.has("WordDocument"):
		return DOC, decodeDOC
	case c.has("Workbook"), c.has("Book"), c.has("WORKBOOK"), c.has("BOOK"):
		return XLS, decodeXLS
	case c.has("PowerPoint Document"):
		return "application/vnd.ms-powerpoint", unread("a presentation (PPT)")
	}
	return "", nil
}

// xmlKinds are documents of one XML file, by the element that they begin with.
var xmlKinds = []kind{
	{"<w:wordDocument", "application/msword", unread("a Word 2003 XML document")},
	{"<pkg:package", "application/vnd.ms-word.document.flat+xml", unread("a Word document of one XML file")},
	{`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"`, "application/vnd.ms-excel", unread("an Excel 2003 XML workbook")},
	{"<uof:UOF", "application/vnd.uof", unread("a UOF document")},
	{"<office:document", "application/vnd.oasis.opendocument.text", unread("an OpenDocument file")},
}

// sniffXML looks at the first element: a page of HTML may show another one.
func sniffXML(data []byte) (string, decoder) {
	head := bytes.TrimPrefix(data[:min(len(data), 4<<10)], []byte("\xEF\xBB\xBF"))
	for {
		head = bytes.TrimLeft(head, " \t\r\n")
		if !bytes.HasPrefix(head, []byte("<?")) && !bytes.HasPrefix(head, []byte("<!--")) {
			break
		}
		end := bytes.IndexByte(head, '>')
		if end < 0 {
			return "", nil
		}
		head = head[end+1:]
	}
	for _, k := range xmlKinds {
		if bytes.HasPrefix(head, []byte(k.holds)) {
			return k.mediaType, k.decode
		}
	}
	return "", nil
}
