package blocks

import (
	"unicode"
	"unicode/utf8"

	"gongkai/report"
)

// PictureMark stands for a picture or a field in a cell: the cell is not empty
// though it has no text.
const PictureMark = "〔图〕"

// IsPassage tells a cell with a passage of text from one with a label or a
// value, by its lines and characters. A table with a passage arranges text.
func IsPassage(lines, characters int) bool {
	const passageLines, passageLength = 3, 300
	return lines >= passageLines && characters > passageLength
}

// MarkLast marks the last cell of a grid that is not empty as cut.
func MarkLast(grid *report.Table) {
	for i := len(grid.Rows) - 1; i >= 0; i-- {
		row := grid.Rows[i]
		for j := len(row) - 1; j >= 0; j-- {
			if row[j].Text != "" {
				row[j].Cut = true
				return
			}
		}
	}
}

// Line gathers text as a browser shows it: white space runs become one
// space, none at the ends of a line.
type Line struct {
	whole   string // the whole line, while one piece of text is all of it
	buffer  []byte // else the line
	pending byte   // white space that waits for the next text
}

// special marks the bytes that may begin white space or a mark that shows
// nothing: ASCII white space and the first bytes of U+0085, U+00A0, U+00AD,
// U+1680, U+2000 and following, U+3000 and U+FEFF.
var special = [256]bool{' ': true, '\n': true, '\t': true, '\r': true, '\f': true, '\v': true, 0xC2: true, 0xE1: true, 0xE2: true, 0xE3: true, 0xEF: true}

// Add appends text, its white space squeezed.
func (b *Line) Add(s string) {
	for len(s) > 0 {
		plain := 0
		for plain < len(s) && !special[s[plain]] {
			plain++
		}
		if plain > 0 {
			b.write(s[:plain])
			s = s[plain:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\u200b' || r == '\ufeff' || r == '\u00ad':
		case unicode.IsSpace(r):
			b.space(' ')
		default:
			b.write(s[:size])
		}
		s = s[size:]
	}
}

// write appends text that has no white space. A line of one piece is not copied.
func (b *Line) write(s string) {
	if b.empty() {
		b.whole, b.pending = s, 0
		return
	}
	b.AddVerbatim("")
	if b.pending != 0 {
		b.buffer = append(b.buffer, b.pending)
		b.pending = 0
	}
	b.buffer = append(b.buffer, s...)
}

func (b *Line) empty() bool { return b.whole == "" && len(b.buffer) == 0 }

// AddVerbatim adds text with its white space as it is.
func (b *Line) AddVerbatim(s string) {
	b.buffer = append(append(b.buffer, b.whole...), s...)
	b.whole = ""
}

func (b *Line) space(c byte) {
	if !b.empty() && b.pending != '\n' {
		b.pending = c
	}
}

// Open and Close put brackets around text that stands apart from its line, so
// that 12 with a footnote mark 1 never reads 121.
func (b *Line) Open() { b.Add("〔") }

// Close is the bracket to Open.
func (b *Line) Close() { b.Add("〕") }

// Break begins a new line within the text.
func (b *Line) Break() { b.space('\n') }

// Len is the number of characters gathered.
func (b *Line) Len() int { return utf8.RuneCountInString(b.whole) + utf8.RuneCount(b.buffer) }

// Take returns what was gathered and starts anew.
func (b *Line) Take() (text string, ok bool) {
	text = b.whole
	if len(b.buffer) > 0 {
		text = string(b.buffer)
	}
	b.whole, b.buffer, b.pending = "", b.buffer[:0], 0
	return text, text != ""
}
