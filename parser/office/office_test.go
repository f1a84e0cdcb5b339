package office

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/parser/blocks"
	"gongkai/report"
)

var le = binary.LittleEndian

// read decodes data as what Sniff takes it for.
func read(t *testing.T, data []byte) *blocks.Document {
	t.Helper()
	mediaType, decode, ok := Sniff(data)
	if !ok {
		t.Fatal("not recognised")
	}
	d, err := decode(context.Background(), data)
	if err != nil {
		t.Fatalf("%s: %v", mediaType, err)
	}
	return d
}

// shows writes blocks as text: a line each, the rows of a grid with cells in
// bars, spans as 2x3 (columns by rows), newlines in cells as ⏎.
func shows(d *blocks.Document) string {
	var b strings.Builder
	for _, block := range d.Blocks {
		switch {
		case block.Grid != nil:
			for _, row := range block.Grid.Rows {
				b.WriteString("|")
				for _, c := range row {
					b.WriteString(strings.ReplaceAll(c.Text, "\n", "⏎"))
					if c.Cols > 0 || c.Rows > 0 {
						fmt.Fprintf(&b, " %dx%d", max(c.Cols, 1), max(c.Rows, 1))
					}
					b.WriteString("|")
				}
				b.WriteString("\n")
			}
		case block.Picture != "":
			b.WriteString("<" + block.Picture + ">\n")
		default:
			b.WriteString(block.Text + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func check(t *testing.T, data []byte, want string) {
	t.Helper()
	if got := shows(read(t, data)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// pageTable is what testdata/table.html shows.
const pageTable = `|（本列数据的勾稽关系） 2x3|申请人情况 7x1|
|自然人 1x2|法人或其他组织 5x1|总计 1x2|
|商业企业|科研机构|社会公益组织|法律服务机构|其他|
|一、本年新收政府信息公开申请数量 2x1|1|22|333|4444|5|6|4811|
|三、本年度办理结果 1x3|（一）予以公开|7|8|9|10|11|12|57|
|（二）部分公开|0||/|0|-3|12.5|0|
|1.属于国家秘密⏎（第十四条）|0|0|0|0|0|0||`

var kindsOfFile = map[string]string{".docx": DOCX, ".doc": DOC, ".rtf": RTF, ".xlsx": XLSX, ".xls": XLS}

// TestTable reads one table in all five formats, as LibreOffice wrote them.
func TestTable(t *testing.T) {
	for extension, mediaType := range kindsOfFile {
		data, err := os.ReadFile("testdata/table" + extension)
		if err != nil {
			t.Fatal(err)
		}
		checkTable(t, data, mediaType)
	}
}

func checkTable(t *testing.T, data []byte, mediaType string) {
	t.Helper()
	if got, _, _ := Sniff(data); got != mediaType {
		t.Errorf("Sniff says %s, want %s", got, mediaType)
	}
	d := read(t, data)
	if got := shows(d); got != pageTable {
		t.Errorf("%s: got\n%s\nwant\n%s", mediaType, got, pageTable)
	}
	grid := d.Blocks[0].Grid
	want := report.Pos{Table: 1, Row: 5, Col: 3} // the third cell of the fifth row
	if mediaType == XLSX || mediaType == XLS {
		want.Page = 1
	}
	if got := grid.Rows[4][2].At; got != want || grid.Rows[4][2].Text != "7" {
		t.Errorf("%s: cell %q is at %v, want %v", mediaType, grid.Rows[4][2].Text, got, want)
	}
}

// TestTableNow has the LibreOffice of this machine write the same table.
func TestTableNow(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("not run: LibreOffice (soffice) is not installed")
	}
	dir := t.TempDir()
	for extension, mediaType := range kindsOfFile {
		filter := "HTML (StarWriter)"
		if mediaType == XLSX || mediaType == XLS {
			filter = "HTML (StarCalc)"
		}
		cmd := exec.Command(soffice, "--headless", "-env:UserInstallation=file://"+filepath.ToSlash(dir)+"/profile",
			"--infilter="+filter, "--convert-to", extension[1:], "--outdir", dir, "testdata/table.html")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		data, err := os.ReadFile(filepath.Join(dir, "table"+extension))
		if err != nil {
			t.Fatal(err)
		}
		checkTable(t, data, mediaType)
	}
}

// zipped is a ZIP archive of parts: name, content, name, content ...
func zipped(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSniff(t *testing.T) {
	docx := zipped(t, "word/document.xml", "<x/>")
	const types = `<Types><Override PartName="/word/document2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	for _, c := range []struct {
		name, mediaType string
		data            []byte
		why             error // that its decoder gives
	}{
		{"DOCX", DOCX, docx, blocks.ErrDamaged},
		{"DOCX by its types", DOCX, zipped(t, "[Content_Types].xml", types), blocks.ErrDamaged},
		{"XLSX", XLSX, zipped(t, "xl/workbook.xml", "<x>"), blocks.ErrDamaged},
		{"XLSB", "application/vnd.ms-excel.sheet.binary.macroEnabled.12", zipped(t, "xl/workbook.bin", ""), blocks.ErrUnsupported},
		{"PPTX", "application/vnd.openxmlformats-officedocument.presentationml.presentation", zipped(t, "ppt/presentation.xml", ""), blocks.ErrUnsupported},
		{"OFD", "application/ofd", zipped(t, "OFD.xml", ""), blocks.ErrUnsupported},
		{"ODT", "application/vnd.oasis.opendocument.text", zipped(t, "mimetype", "application/vnd.oasis.opendocument.text"), blocks.ErrUnsupported},
		{"ODS", "application/vnd.oasis.opendocument.spreadsheet", zipped(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet"), blocks.ErrUnsupported},
		{"UOF", "application/vnd.uof", []byte(`<?xml version="1.0"?><uof:UOF xmlns:uof="u">`), blocks.ErrUnsupported},
		{"Word 2003", DOC, []byte(`<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument>`), blocks.ErrUnsupported},
		{"locked", "application/x-ole-storage", compound(stream{"EncryptedPackage", nil}), blocks.ErrEncrypted},
		{"PPT", "application/vnd.ms-powerpoint", compound(stream{"PowerPoint Document", nil}), blocks.ErrUnsupported},
		{"plain ZIP", "", zipped(t, "a.txt", "a"), nil},
		{"other compound file", "", compound(stream{"Catalog", nil}), nil},
		{"HTML", "", []byte(`<html xmlns:w="urn:schemas-microsoft-com:office:word"><w:wordDocument>`), nil},
		{"text", "", []byte("一、总体情况"), nil},
		{"nothing", "", nil, nil},
		{"broken ZIP", "", docx[:len(docx)-10], nil},
	} {
		mediaType, decode, ok := Sniff(c.data)
		if mediaType != c.mediaType || ok != (c.mediaType != "") {
			t.Errorf("%s: %q, %v; want %q", c.name, mediaType, ok, c.mediaType)
			continue
		}
		if ok {
			if _, err := decode(context.Background(), c.data); !errors.Is(err, c.why) {
				t.Errorf("%s: error %v, want %v", c.name, err, c.why)
			}
		}
	}
}

// stream is a file in a compound file.
type stream struct {
	name    string
	content []byte
}

// compound writes a compound file of 512 byte sectors. Streams are filled up to
// 4096 bytes, below which they would lie elsewhere.
func compound(streams ...stream) []byte {
	const sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
	var body []byte
	var fat []uint32
	chain := func(content []byte) (first uint32) {
		first = uint32(len(fat))
		for i := 0; i < len(content); i += sector {
			body = append(body, make([]byte, sector)...)
			copy(body[len(body)-sector:], content[i:])
			fat = append(fat, uint32(len(fat)+1))
		}
		fat[len(fat)-1] = end
		return first
	}
	directory := entry("Root Entry", 5, 1, end, 0)
	for i, s := range streams {
		content := append(bytes.Clone(s.content), make([]byte, max(4096-len(s.content), 0))...)
		next := uint32(i + 2)
		if i == len(streams)-1 {
			next = free
		}
		e := entry(s.name, 2, free, chain(content), len(content))
		le.PutUint32(e[72:], next)
		directory = append(directory, e...)
	}
	for len(directory)%sector != 0 {
		directory = append(directory, make([]byte, 128)...)
	}
	directoryAt := chain(directory)
	tables := 1
	for tables*sector/4 < len(fat)+tables {
		tables++
	}
	header := make([]byte, sector)
	copy(header, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	le.PutUint16(header[24:], 0x3E)
	le.PutUint16(header[26:], 3)
	le.PutUint16(header[28:], 0xFFFE)
	le.PutUint16(header[30:], 9)
	le.PutUint16(header[32:], 6)
	le.PutUint32(header[44:], uint32(tables))
	le.PutUint32(header[48:], directoryAt)
	le.PutUint32(header[56:], 4096)
	le.PutUint32(header[60:], end)
	le.PutUint32(header[68:], end)
	for i := range 109 {
		at := uint32(free)
		if i < tables {
			at = uint32(len(fat) + i)
		}
		le.PutUint32(header[76+4*i:], at)
	}
	table := make([]byte, tables*sector)
	for i := range len(table) / 4 {
		v := uint32(free)
		if i < len(fat) {
			v = fat[i]
		} else if i < len(fat)+tables {
			v = 0xFFFFFFFD
		}
		le.PutUint32(table[4*i:], v)
	}
	return append(append(header, body...), table...)
}

func entry(name string, kind byte, child, first uint32, size int) []byte {
	e := make([]byte, 128)
	for i, r := range name {
		le.PutUint16(e[2*i:], uint16(r))
	}
	le.PutUint16(e[64:], uint16(2*len(name)+2))
	e[66] = kind
	le.PutUint32(e[68:], 0xFFFFFFFF)
	le.PutUint32(e[72:], 0xFFFFFFFF)
	le.PutUint32(e[76:], child)
	le.PutUint32(e[116:], first)
	le.PutUint32(e[120:], uint32(size))
	return e
}
