package pdf

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

//go:embed glyphs.txt
var glyphList string

// glyphNames is the Adobe Glyph List.
var glyphNames = sync.OnceValue(func() map[string]rune {
	names := make(map[string]rune, 4200)
	for line := range strings.Lines(glyphList) {
		name, code, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, _ := strconv.ParseUint(code, 16, 32)
		names[name] = rune(n)
	}
	return names
})

// glyphRune is the character that the name of a glyph stands for: a name of the
// list, "uni4E2D" or "u4E2D", each with a suffix like ".alt". Names that only
// number glyphs ("g17", "cid123") tell nothing.
func glyphRune(glyph string) (rune, bool) {
	if i := strings.IndexByte(glyph, '.'); i > 0 {
		glyph = glyph[:i]
	}
	if r, ok := glyphNames()[glyph]; ok {
		return r, true
	}
	digits, ok := strings.CutPrefix(glyph, "uni")
	if !ok || len(digits) != 4 {
		if digits, ok = strings.CutPrefix(glyph, "u"); !ok || len(digits) < 4 || len(digits) > 6 {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	return rune(n), err == nil
}

// encoding maps the codes of a simple font to characters; 0 is unknown.
type encoding [256]rune

var (
	winAnsi  = ofCharmap(charmap.Windows1252)
	macRoman = ofCharmap(charmap.Macintosh)
	standard = standardEncoding()
)

func ofCharmap(m *charmap.Charmap) *encoding {
	var e encoding
	for i := ' '; i < 256; i++ {
		if r := m.DecodeByte(byte(i)); r != '\uFFFD' && character(r) != "" {
			e[i] = r
		}
	}
	return &e
}

// standardEncoding is ASCII with two other quotation marks, and these above.
func standardEncoding() *encoding {
	e := encoding{}
	for i := ' '; i < 127; i++ {
		e[i] = i
	}
	e['\''], e['`'] = '’', '‘'
	above := map[int]string{
		0xA1: "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ", 0xB1: "–†‡·", 0xB6: "¶•‚„”»…‰", 0xBF: "¿", 0xC1: "`´ˆ˜¯˘˙¨",
		0xCA: "˚¸", 0xCD: "˝˛ˇ—", 0xE1: "Æ", 0xE3: "ª", 0xE8: "ŁØŒº", 0xF1: "æ", 0xF5: "ı", 0xF8: "łøœß",
	}
	for start, text := range above {
		i := start
		for _, r := range text {
			e[i] = r
			i++
		}
	}
	return &e
}

func encodingOf(n name) *encoding {
	switch n {
	case "WinAnsiEncoding":
		return winAnsi
	case "MacRomanEncoding":
		return macRoman
	case "StandardEncoding":
		return standard
	}
	return nil
}

// gbText is the character of a code of GB 2312, GBK or GB 18030.
func gbText(code uint32) string {
	b, err := simplifiedchinese.GB18030.NewDecoder().Bytes(bytesOf(code))
	if err != nil {
		return ""
	}
	r := []rune(string(b))
	if len(r) != 1 {
		return ""
	}
	return character(r[0])
}

// Widths of two fonts that every reader has and documents need not describe, in
// thousandths of the size, from the space on; the others are close to them.
var (
	helvetica = widths("278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584")
	times     = widths("250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 278 564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 278 500 500 722 500 500 444 480 200 480 541")
)

func widths(list string) (w []float64) {
	for field := range strings.FieldsSeq(list) {
		n, _ := strconv.ParseFloat(field, 64)
		w = append(w, n)
	}
	return w
}

// standardWidth is the width of a character in a font that is only named.
func standardWidth(font string, r rune) float64 {
	table := helvetica
	switch {
	case strings.Contains(font, "Courier"):
		return 600
	case strings.Contains(font, "Times"):
		table = times
	}
	if r >= ' ' && int(r-' ') < len(table) {
		return table[r-' ']
	}
	return 556
}
