package schemas

import (
	_ "embed"
	"strings"
	"unicode"
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
	case r >= firstHan && r <= lastHan:
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

const hanNumerals = "一二三四五六七八九十"

func isHanNumeral(r rune) bool { return strings.ContainsRune(hanNumerals, r) }
func isDigit(r rune) bool      { return r >= '0' && r <= '9' }

// Fold reads a printed label. "（三） 不予公开" and "三)不予公開(注)" both give
// "(三)" and "不予公开"; "第二十条第（一）项" gives "第二十条第一项".
func Fold(s string) Label {
	var space [96]rune
	line := space[:0]
	for _, r := range s {
		if r = Plain(r); r != ' ' && r != 0 {
			line = append(line, r)
		}
	}
	var label Label
	label.Number, line = cutNumber(line)
	label.Text = wording(line)
	return label
}

// cutNumber takes the numbering off the front: （三）, 三）, 三、, 3., (3), ③.
func cutNumber(line []rune) (number string, rest []rune) {
	for {
		n, size := leadingNumber(line)
		if size == 0 {
			return number, line
		}
		number, line = n, line[size:]
	}
}

func leadingNumber(line []rune) (number string, size int) {
	i := 0
	if len(line) > 0 && line[0] == '(' {
		i = 1
	}
	start := i
	for i < len(line) && isHanNumeral(line[i]) {
		i++
	}
	han := i > start
	if !han {
		for i < len(line) && isDigit(line[i]) {
			i++
		}
	}
	switch {
	case i == start || i-start > 3:
		return "", 0
	case i < len(line) && line[i] == ')':
		return "(" + string(line[start:i]) + ")", i + 1
	case start == 1:
		return "", 0
	case i < len(line) && strings.ContainsRune("、.,．:", line[i]) && !(i+1 < len(line) && isDigit(line[i+1])):
		return string(line[start:i]), i + 1
	}
	return "", 0
}

// wording keeps letters, digits and Han characters, and drops notes in brackets
// unless the bracket holds a single numeral or nothing else is left.
func wording(line []rune) string {
	var kept, noted strings.Builder
	for i := 0; i < len(line); i++ {
		if r := line[i]; r == '(' || r == '[' || r == '〔' || r == '【' {
			end := closing(line, i)
			if end == i+2 && isHanNumeral(line[i+1]) {
				kept.WriteRune(line[i+1])
			} else {
				writeWords(&noted, line[i+1:min(end, len(line))])
			}
			i = end
			continue
		}
		writeWords(&kept, line[i:i+1])
	}
	if kept.Len() == 0 {
		return noted.String()
	}
	return kept.String()
}

// closing finds the bracket that closes the one at i, or the end of the line.
func closing(line []rune, i int) int {
	depth := 0
	for ; i < len(line); i++ {
		switch line[i] {
		case '(', '[', '〔', '【':
			depth++
		case ')', ']', '〕', '】':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(line)
}

func writeWords(b *strings.Builder, line []rune) {
	for _, r := range line {
		if r >= firstHan && r <= lastHan || unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
}
