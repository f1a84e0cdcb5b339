package schemas

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Label is a printed label without what may vary in print.
type Label struct {
	// Number is the numbering in front: "一", "(三)", "2", or empty.
	Number string
	// Text is the wording: simplified characters, no spaces, punctuation or
	// notes in brackets.
	Text string
}

// variants.txt pairs traditional characters and other forms of a character with
// the one that the forms use.
//
//go:embed variants.txt
var variantPairs string

var variants = readVariants(variantPairs)

// runeSet is a set of characters of the basic plane.
type runeSet [1 << 16 / 64]uint64

func (s *runeSet) has(r rune) bool { return r > 0 && r < 1<<16 && s[r/64]&(1<<(r%64)) != 0 }

func (s *runeSet) add(r rune) {
	if r > 0 && r < 1<<16 {
		s[r/64] |= 1 << (r % 64)
	}
}

const firstHan, lastHan = 0x4E00, 0x9FFF

func isHan(r rune) bool { return r >= firstHan && r <= lastHan }

func readVariants(pairs string) *[lastHan - firstHan + 1]rune {
	table := new([lastHan - firstHan + 1]rune)
	for pair := range strings.FieldsSeq(pairs) {
		if r := []rune(pair); len(r) == 2 {
			table[r[0]-firstHan] = r[1]
		}
	}
	return table
}

// Plain maps a character to the one the forms use: full width to half width,
// traditional to simplified, any white space to a space. Characters that show
// nothing (zero-width marks, controls) become 0.
func Plain(r rune) rune {
	switch {
	case r > ' ' && r < 0x7F:
		return r
	case isHan(r):
		if v := variants[r-firstHan]; v != 0 {
			return v
		}
		return r
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFF01 + '!'
	case r == ' ' || r == 0x3000:
		return ' '
	case r > 0x3000 && r < firstHan, r >= 0x2010 && r <= 0x2027:
		return r // marks such as 、“” by the quick way
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Cc):
		return 0
	}
	return r
}

func isHanNumeral(r rune) bool {
	switch r {
	case '一', '二', '三', '四', '五', '六', '七', '八', '九', '十':
		return true
	}
	return false
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// Fold reads a printed label. "（三） 不予公开" and "三)不予公開(注)" both give
// "(三)" and "不予公开"; "第二十条第（一）项" gives "第二十条第一项".
func Fold(s string) Label {
	var room foldRoom
	return fold(s, room.line[:0], room.text[:0]).label()
}

// folded is a label in the room it was folded in. Most lines of a page are no
// labels and all are looked up, so nothing is allocated for the look.
type folded struct {
	numbers []rune // the numbering without its marks
	mark    rune   // '(' if it stands in brackets
	text    []byte
	notes   bool // brackets were left out
}

// foldRoom is room for a label on the stack of the function that folds it.
type foldRoom struct {
	line [64]rune
	text [160]byte
}

func fold(s string, line []rune, text []byte) (f folded) {
	line = shown(s, line)
	f.numbers, f.mark, line = cutNumber(line)
	f.notes = slices.ContainsFunc(line, isOpening)
	f.text = wording(line, text)
	return f
}

func (f folded) label() Label { return Label{Number: f.number(), Text: string(f.text)} }

func (f folded) number() string {
	if f.mark == '(' {
		return "(" + string(f.numbers) + ")"
	}
	return string(f.numbers)
}

// shown appends the characters that show something, in plain form.
func shown(s string, line []rune) []rune {
	for _, r := range s {
		if r = Plain(r); r != ' ' && r != 0 {
			line = append(line, r)
		}
	}
	return line
}

// cutNumber takes the numbering off the front: （三）, 三）, 三、, 3., (3). Of
// several, the last counts.
func cutNumber(line []rune) (numbers []rune, mark rune, rest []rune) {
	for {
		n, m, size := leadingNumber(line)
		if size == 0 {
			return numbers, mark, line
		}
		numbers, mark, line = n, m, line[size:]
	}
}

func leadingNumber(line []rune) (numbers []rune, mark rune, size int) {
	i := 0
	if len(line) > 0 && line[0] == '(' {
		i = 1
	}
	start := i
	for i < len(line) && isHanNumeral(line[i]) {
		i++
	}
	if i == start {
		for i < len(line) && isDigit(line[i]) {
			i++
		}
	}
	if i == start || i-start > 3 || i == len(line) {
		return nil, 0, 0
	}
	switch {
	case line[i] == ')':
		return line[start:i], '(', i + 1
	case isNumberMark(line[i]) && start == 0 && !(i+1 < len(line) && isDigit(line[i+1])):
		return line[start:i], 0, i + 1
	}
	return nil, 0, 0
}

// isNumberMark tells what stands behind a number that counts: 一、 or 2.
func isNumberMark(r rune) bool { return r == '、' || r == '.' || r == ',' || r == ':' }

// isMark tells ASCII marks from letters and digits.
func isMark(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || isDigit(r)) }

// wording appends the letters, digits and Han characters, without notes in
// brackets unless the bracket holds a single numeral or nothing else is left.
func wording(line []rune, text []byte) []byte {
	for i := 0; i < len(line); i++ {
		if !isOpening(line[i]) {
			text = keep(text, line[i])
			continue
		}
		end := closing(line, i)
		if end == i+2 && isHanNumeral(line[i+1]) {
			text = keep(text, line[i+1])
		}
		i = end
	}
	if len(text) == 0 {
		for _, r := range line {
			text = keep(text, r)
		}
	}
	return text
}

// keep also keeps the mark for a character that nobody knows: with it, a text is
// no label.
func keep(text []byte, r rune) []byte {
	if r == utf8.RuneError || isHan(r) || isDigit(r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return utf8.AppendRune(text, r)
	}
	return text
}

func isOpening(r rune) bool { return r == '(' || r == '[' || r == '〔' || r == '【' }
func isClosing(r rune) bool { return r == ')' || r == ']' || r == '〕' || r == '】' }

// closing finds the bracket that closes the one at i, or the end of the line.
func closing(line []rune, i int) int {
	depth := 0
	for ; i < len(line); i++ {
		switch {
		case isOpening(line[i]):
			depth++
		case isClosing(line[i]):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(line)
}
