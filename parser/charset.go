package parser

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"gongkai/report"
)

// decodeText decides the encoding of the bytes and decodes them.
//
// The order: a byte order mark; then validity, for text that is valid UTF-8 is
// UTF-8 whatever a page says of itself; then what the page declares; then
// GB18030, the superset of everything else that Chinese sites use. The labels
// gb2312 and gbk are read as GB18030: pages under them use its characters, and
// decoders of the smaller sets turn these into other text.
func decodeText(data []byte) (text []byte, charset string, notes []report.Text) {
	if mark, name := byteOrderMark(data); mark != nil {
		return decodeWith(mark, name, data)
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if whole := withoutCutRune(data); utf8.Valid(whole) {
		return whole, "utf-8", nil
	}
	label := declaredCharset(data)
	if isUTF8Label(label) || label == "" {
		if damage := invalidShare(data); damage < 0.01 {
			return bytes.ToValidUTF8(data, []byte("\uFFFD")), "utf-8", []report.Text{damagedNote("utf-8")}
		}
		return decodeWith(simplifiedchinese.GB18030, "gb18030", data)
	}
	encoding, name := encodingFor(label)
	return decodeWith(encoding, name, data)
}

func byteOrderMark(data []byte) (encoding.Encoding, string) {
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), "utf-16le"
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM), "utf-16be"
	}
	return nil, ""
}

// withoutCutRune drops an incomplete character at the very end: a download cut
// short is still UTF-8.
func withoutCutRune(data []byte) []byte {
	for i := 1; i <= min(3, len(data)); i++ {
		if tail := data[len(data)-i:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return data[:len(data)-i]
			}
			break
		}
	}
	return data
}

var declaration = regexp.MustCompile(`(?i)(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_\-:]+)`)

// declaredCharset reads the label in a meta element or an XML declaration.
func declaredCharset(data []byte) string {
	if m := declaration.FindSubmatch(data[:min(len(data), 8<<10)]); m != nil {
		return strings.ToLower(string(m[1]))
	}
	return ""
}

func isUTF8Label(label string) bool { return label == "utf-8" || label == "utf8" }

func encodingFor(label string) (encoding.Encoding, string) {
	found, err := htmlindex.Get(label)
	if err != nil {
		return simplifiedchinese.GB18030, "gb18030"
	}
	name, _ := htmlindex.Name(found)
	if name == "gbk" || name == "gb18030" || name == "hz-gb-2312" || strings.HasPrefix(name, "windows-") || strings.HasPrefix(name, "iso-8859") {
		// A page that says latin and is not UTF-8 is a template's default over GBK text.
		return simplifiedchinese.GB18030, "gb18030"
	}
	return found, name
}

func decodeWith(e encoding.Encoding, name string, data []byte) (text []byte, charset string, notes []report.Text) {
	decoded, err := e.NewDecoder().Bytes(data)
	if err != nil {
		decoded = bytes.ToValidUTF8(data, []byte("\uFFFD"))
	}
	if bytes.ContainsRune(decoded, utf8.RuneError) {
		notes = append(notes, damagedNote(name))
	}
	return decoded, name, notes
}

// invalidShare is the share of bytes outside ASCII that are not valid UTF-8.
func invalidShare(data []byte) float64 {
	invalid, high := 0, 0
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRune(data[i:])
		if size == 1 {
			invalid++
		}
		high += size
		i += size
	}
	return float64(invalid) / float64(max(high, 1))
}

func damagedNote(charset string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("部分字节不是有效的 %s 编码，含这些字节的单元格不读取", charset),
		EN: fmt.Sprintf("some bytes are not valid %s; cells that hold them are not read", charset),
	}
}
