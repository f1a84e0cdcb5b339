package schemas

import (
	_ "embed"
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
	case unicode.IsSpace(r) || r == 0x3000:
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
	var f folder
	f.fold(s)
	return Label{Number: f.number(), Text: string(f.text)}
}

// folder folds labels without allocating: most lines of a page are no labels,
// and all of them are looked up.
type folder struct {
	line    []rune // the label without what shows nothing, its numbering cut off
	text    []byte
	mark    rune   // '(' if the numbering stands in brackets
	numbers []rune // the numbering without its marks

	lineSpace [64]rune
	textSpace [160]byte
}

func (f *folder) fold(s string) {
	f.read(s)
	f.cutNumber()
	f.wording()
}

func (f *folder) read(s string) {
	f.line, f.numbers, f.mark = f.lineSpace[:0], nil, 0
	for _, r := range s {
		if r = Plain(r); r != ' ' && r != 0 {
			f.line = append(f.line, r)
		}
	}
}

func (f *folder) number() string {
	if f.mark == '(' {
		return "(" + string(f.numbers) + ")"
	}
	return string(f.numbers)
}

// cutNumber takes the numbering off the front: （三）, 三）, 三、, 3., (3). Of
// several, the last counts.
func (f *folder) cutNumber() {
	for {
		numbers, mark, size := leadingNumber(f.line)
		if size == 0 {
			return
		}
		f.numbers, f.mark, f.line = numbers, mark, f.line[size:]
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
	switch line[i] {
	case ')':
		return line[start:i], '(', i + 1
	case '、', '.', ',', '．', ':':
		if start == 0 && !(i+1 < len(line) && isDigit(line[i+1])) {
			return line[start:i], 0, i + 1
		}
	}
	return nil, 0, 0
}

// wording keeps letters, digits and Han characters, and drops notes in brackets
// unless the bracket holds a single numeral or nothing else is left.
func (f *folder) wording() {
	f.text = f.textSpace[:0]
	for i := 0; i < len(f.line); i++ {
		r := f.line[i]
		if !isOpening(r) {
			f.keep(r)
			continue
		}
		end := closing(f.line, i)
		if end == i+2 && isHanNumeral(f.line[i+1]) {
			f.keep(f.line[i+1])
		}
		i = end
	}
	if len(f.text) == 0 {
		for _, r := range f.line {
			f.keep(r)
		}
	}
}

func (f *folder) keep(r rune) {
	if isHan(r) || isDigit(r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		f.text = utf8.AppendRune(f.text, r)
	}
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
