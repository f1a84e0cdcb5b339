package schemas

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Kind tells what a label names.
type Kind uint8

const (
	// RowLabel names a row of a block.
	RowLabel Kind = iota + 1
	// ColumnLabel names a column of a block.
	ColumnLabel
	// BlockLabel opens a block.
	BlockLabel
	// GroupLabel spans rows or columns and has no figures of its own.
	GroupLabel
	// HeaderLabel is a word of the header that names nothing.
	HeaderLabel
)

// Ref is one thing that a label may name.
type Ref struct {
	Kind    Kind
	Form    *Form
	Section *Section
	// Block is the number of the block in the section, from 0; -1 for a section's header words.
	Block int
	// Line is the number of the row or column in the block, from 0; the first
	// line of the group for a GroupLabel.
	Line int
	// Column is set for a GroupLabel that spans columns.
	Column bool
	// Number is the numbering that the form prints before the label.
	Number string
}

// index finds what a label names.
type index struct {
	labels   map[string][]Ref
	headings map[string]Heading
	starts   map[string]bool     // the first characters of every label, at most startLength
	turning  []string            // words that give a label another meaning in a note
	tells    string              // characters that give a label another meaning
	wordings map[int][]wordingOf // all labels by their number of characters
	// openings are the first characters of labels, headed those of headings.
	openings, headed *runeSet
}

// Heading is a section that a heading opens.
type Heading struct {
	Section string
	// Own is true for the wording of a form, false for another one seen.
	Own bool
}

// Lookup folds a printed label and returns what it names in any form.
func (x *index) Lookup(printed string) (Label, []Ref) {
	var room foldRoom
	f := fold(printed, room.line[:0], room.text[:0])
	if f.notes && x.turned(printed, string(f.text)) {
		return f.label(), nil
	}
	return f.label(), x.labels[string(f.text)]
}

// yearNote is a note that is a year and nothing else.
var yearNote = regexp.MustCompile(`[(（]\s*20\d\d\s*年?度?\s*[)）]`)

// turned reports whether a note behind a label gives it another meaning, or may.
func (x *index) turned(printed, label string) bool {
	if strings.ContainsRune(printed, utf8.RuneError) {
		return true // a character of the note is not known
	}
	for _, word := range x.turning {
		if strings.Contains(printed, word) && !strings.Contains(label, word) {
			return true
		}
	}
	return yearNote.MatchString(printed)
}

// IsLabel reports whether the printed text is a label of any form's table.
func (x *index) IsLabel(printed string) bool {
	if !x.StartsLabel(printed) {
		return false
	}
	var room foldRoom
	f := fold(printed, room.line[:0], room.text[:0])
	return len(x.labels[string(f.text)]) > 0
}

// startLength is how many characters of a label are looked at before all are.
const startLength = 8

// StartsLabel reports whether the printed text, its numbering left out, begins
// as some label does. It is the quick way past lines that are none.
func (x *index) StartsLabel(printed string) bool {
	if opening, _ := opening(printed, x.openings); !x.openings.has(opening) {
		return false
	}
	const enough = 80 // bytes that hold any numbering and the characters looked at
	var room foldRoom
	f := fold(printed[:min(len(printed), enough)], room.line[:0], room.text[:0])
	if len(printed) > enough && utf8.RuneCount(f.text) < startLength {
		return true // nearly all of the beginning is a note: not worth a special case
	}
	for start := first(f.text, startLength); len(start) > 0; {
		if x.starts[string(start)] {
			return true
		}
		_, width := utf8.DecodeLastRune(start)
		start = start[:len(start)-width]
	}
	return false
}

// opening is the first character of the text that belongs to no numbering, or
// that is in the set, and whether anything like a numbering stands before it.
func opening(printed string, set *runeSet) (r rune, numbered bool) {
	for _, r := range printed {
		r = Plain(r)
		switch {
		case set.has(r):
			return r, numbered
		case r == ' ' || r == 0:
		case isDigit(r), isHanNumeral(r), isOpening(r), isClosing(r), isNumberMark(r):
			numbered = true
		case isHan(r) || r < utf8.RuneSelf && r > ' ' && !isMark(r):
			return r, numbered
		}
	}
	return 0, numbered
}

// first is the first n characters of the text.
func first(text []byte, n int) []byte {
	size := 0
	for ; n > 0 && size < len(text); n-- {
		_, width := utf8.DecodeRune(text[size:])
		size += width
	}
	return text[:size]
}

// Heading returns the section that the printed line heads, if any, and the
// number before it.
func (x *index) Heading(printed string) (h Heading, number string, ok bool) {
	if opening, numbered := opening(printed, x.headed); !numbered && !x.headed.has(opening) {
		return Heading{}, "", false
	}
	var room foldRoom
	f := fold(printed, room.line[:0], room.text[:0])
	if h, ok = x.headings[string(f.text)]; ok || len(f.numbers) > 0 {
		number = f.number()
	}
	return h, number, ok
}

func newIndex(forms []*Form) index {
	x := index{labels: map[string][]Ref{}, headings: map[string]Heading{}, starts: map[string]bool{}, openings: new(runeSet), headed: new(runeSet), turning: EmbeddedWords().Turning, tells: EmbeddedWords().Telling}
	for _, form := range forms {
		for _, s := range form.Sections {
			for _, wording := range s.Also {
				x.addHeading(wording, Heading{Section: s.ID})
			}
			x.addHeading(s.Label, Heading{Section: s.ID, Own: true})
			for _, word := range s.Headers {
				x.add(word, Ref{Kind: HeaderLabel, Form: form, Section: s, Block: -1})
			}
			for i, b := range s.Blocks {
				x.addBlock(form, s, b, i)
			}
		}
	}
	x.wordings = newWordings(x.labels, forms)
	return x
}

func (x *index) addHeading(wording string, h Heading) {
	text := Fold(wording).Text
	x.headings[text] = h
	r, _ := utf8.DecodeRuneInString(text)
	x.headed.add(r)
}

func (x *index) addBlock(form *Form, s *Section, b *Block, number int) {
	at := Ref{Form: form, Section: s, Block: number}
	opens := at
	opens.Kind = BlockLabel
	x.addAll(b.Label, b.Also, opens)
	for i, row := range b.Rows {
		at.Kind, at.Line, at.Column = RowLabel, i, false
		x.addLine(row, at)
	}
	for i, column := range b.Columns {
		at.Kind, at.Line, at.Column = ColumnLabel, i, true
		x.addLine(column, at)
	}
}

func (x *index) addLine(l Line, at Ref) {
	x.addAll(l.Leaf(), l.Also, at)
	at.Kind = GroupLabel
	for _, group := range l.Groups() {
		x.add(group, at)
	}
}

func (x *index) addAll(label string, also []string, at Ref) {
	x.add(label, at)
	for _, other := range also {
		x.add(other, at)
	}
}

func (x *index) add(label string, at Ref) {
	folded := Fold(label)
	if folded.Text == "" {
		return
	}
	at.Number = folded.Number
	for _, known := range x.labels[folded.Text] {
		if known.Kind == at.Kind && known.Section == at.Section && known.Block == at.Block &&
			known.Column == at.Column && (known.Line == at.Line || at.Kind == GroupLabel) {
			return
		}
	}
	x.labels[folded.Text] = append(x.labels[folded.Text], at)
	x.starts[string(first([]byte(folded.Text), startLength))] = true
	r, _ := utf8.DecodeRuneInString(folded.Text)
	x.openings.add(r)
}
