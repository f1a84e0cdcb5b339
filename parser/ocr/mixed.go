package ocr

import (
	"context"
	"strings"
	"unicode"
)

// mostWords is how many characters a measure word or a sign in words has at most;
// a line with more is a label that has a number.
const mostWords = 4

// mixed is a line of a number and words before or behind it: "12件", "增5".
type mixed struct {
	line          *line
	before, after string
	digits        string
	number        number
}

// readMixed makes sure of numbers that stand among words in a cell of their own.
// The digits are cut out and read as all numbers are; the words must be read
// alike at another size, and be as wide as so many characters are.
func (s *sheet) readMixed(ctx context.Context, recognise recogniser, lines []*line, all *[10]class) error {
	var found []mixed
	for _, l := range lines {
		if m, ok := s.mixed(l); ok {
			found = append(found, m)
		}
	}
	whole, parts := make([]rect, len(found)), make([]rect, len(found))
	for i, m := range found {
		whole[i], parts[i] = m.line.box, m.number.line.box
	}
	words, err := s.readBoxes(ctx, recognise, whole, asWordsApart)
	if err != nil {
		return err
	}
	a, err := s.readBoxes(ctx, recognise, parts, asNumber)
	if err != nil {
		return err
	}
	b, err := s.readBoxes(ctx, recognise, parts, asNumberLarger)
	if err != nil {
		return err
	}
	for i := range found {
		n := &found[i].number
		n.a, n.b = withoutSpace(a[i].text), withoutSpace(b[i].text)
		n.teach(all, s.em)
	}
	for i := range found {
		m := &found[i]
		n := &m.number
		n.spelled = n.spell(all, s.em)
		r := n.judge(n.a, n.b)
		before, _, after, ok := splitNumber(closeUp(words[i].text))
		if r.confidence >= Bar && r.text == m.digits && ok && before == m.before && after == m.after && !m.line.doubt && n.evenly(s.em) {
			m.line.result.confidence = oneAgrees
		}
	}
	return nil
}

// mixed divides a line whose text has one number and words on one side of it.
func (s *sheet) mixed(l *line) (mixed, bool) {
	before, digits, after, ok := splitNumber(l.result.text)
	if n := len([]rune(before + after)); n > mostWords || strings.HasSuffix(digits, ".") {
		return mixed{}, false // a label, or a numbered one
	}
	if !ok || !l.alone || l.doubt || (before == "") == (after == "") || len(digits) > 20 {
		return mixed{}, false
	}
	all := s.part(letters(l.parts))
	count := len(digits)
	if len(all) <= count {
		return mixed{}, false
	}
	own, words := all[:count], all[count:]
	if before != "" {
		own, words = all[len(all)-count:], all[:len(all)-count]
	}
	// A character is as wide as a line is high, and a little wider with its space.
	width := words[len(words)-1].box.right - words[0].box.left
	n := len([]rune(before + after))
	if !narrow(own, s.em) || width*100 < (n*100-45)*s.em || width*100 > (n*118+25)*s.em {
		return mixed{}, false
	}
	part := line{cell: l.cell, alone: true}
	for _, c := range own {
		part.parts = append(part.parts, c.parts...)
	}
	part.box = boxOf(part.parts)
	m := mixed{line: l, before: before, after: after, digits: digits, number: number{line: &part}}
	for _, c := range own {
		m.number.signs = append(m.number.signs, sign{c, s.g.shapeOf(c, s.levels.ink)})
	}
	return m, true
}

// numerals are what signs and digits are misread as: 十 for a plus.
const numerals = "〇零一二三四五六七八九十"

// splitNumber divides a text into its one number and what stands around it,
// which must be Chinese words.
func splitNumber(text string) (before, digits, after string, ok bool) {
	inNumber := func(c rune) bool { return c < 0x80 && strings.ContainsRune(numberLetters, c) }
	start := strings.IndexFunc(text, inNumber)
	if start < 0 {
		return "", "", "", false
	}
	end := start + len(text[start:]) - len(strings.TrimLeftFunc(text[start:], inNumber))
	before, digits, after = text[:start], text[start:end], text[end:]
	other := func(c rune) bool { return !unicode.Is(unicode.Han, c) || strings.ContainsRune(numerals, c) }
	return before, digits, after, !strings.ContainsFunc(before+after, other)
}
