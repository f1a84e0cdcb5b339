package office

import (
	"strings"
	"unicode/utf16"
)

// docStyle is a style of a DOC, as far as it matters.
type docStyle struct {
	look   look
	number numberRef
}

// readDocFonts tells which fonts have signs for letters and digits, by their
// character set or their name: programs that lack the font state another set.
func readDocFonts(list []byte) map[int]bool {
	const charset, name = 4, 40
	signs := map[int]bool{}
	count := u16(list, 0)
	for i, at := 0, 4; i < min(count, maxStyles) && at < len(list); i++ {
		end := min(at+1+int(list[at]), len(list))
		var units []uint16
		for c := at + name; c+2 <= end && u16(list, c) != 0; c += 2 {
			units = append(units, uint16(u16(list, c)))
		}
		if at+charset < end && list[at+charset] == symbolSet || isSymbolFont(string(utf16.Decode(units))) {
			signs[i] = true
		}
		at = end
	}
	return signs
}

// readDocStyles reads the style sheet. A style of which nothing can be read
// changes nothing.
func readDocStyles(sheet []byte, d *doc) []docStyle {
	header := u16(sheet, 0)
	if len(sheet) < 2+header || header < 4 {
		return nil
	}
	count, base := u16(sheet, 2), u16(sheet, 4)
	rest := sheet[2+header:]
	var all []docStyle
	var below []int
	for range min(count, maxStyles) {
		size := u16(rest, 0)
		if len(rest) < 2+size {
			break
		}
		var s docStyle
		outer := 0xFFF
		if size > 0 {
			s, outer = readDocStyle(rest[2:2+size], base, d)
		}
		all, below = append(all, s), append(below, outer)
		rest = rest[min(2+size+size%2, len(rest)):]
	}
	return inheritDocStyles(all, below)
}

func readDocStyle(b []byte, base int, d *doc) (s docStyle, below int) {
	kind, below := u16(b, 2)&0xF, u16(b, 2)>>4
	parts := u16(b, 4) & 0xF
	if base > len(b) {
		return s, below
	}
	name := u16(b, base)
	at := base + 2 + 2*name + 2
	for i := range parts {
		if at+2 > len(b) {
			break
		}
		size := u16(b, at)
		if at+2+size > len(b) {
			break
		}
		s.read(b[at+2:at+2+size], kind == 1 && i == 0, d)
		at += 2 + size + size%2
	}
	return s, below
}

func (s *docStyle) read(part []byte, ofParagraph bool, d *doc) {
	if !ofParagraph {
		var run docRun
		run.apply(part, d)
		s.look = run.look.over(s.look)
		return
	}
	if len(part) < 2 {
		return
	}
	var p docParagraph
	(&doc{}).apply(&p, part[2:], false)
	s.number = p.number
	s.look.coloured = p.coloured.over(s.look.coloured)
}

func inheritDocStyles(all []docStyle, below []int) []docStyle {
	whole := make([]docStyle, len(all))
	for i := range all {
		whole[i] = all[i]
		for outer, n := below[i], 0; outer < len(all) && n < len(all) && n < maxLevels; outer, n = below[outer], n+1 {
			whole[i].look = whole[i].look.over(all[outer].look)
			whole[i].number = all[outer].number.overlaid(whole[i].number)
		}
	}
	return whole
}

// docLists are the lists of a DOC by the number that paragraphs refer to, from 1.
type docLists []*list

func (l docLists) next(ref numberRef) string {
	if !ref.hasList || ref.list < 1 || ref.list > len(l) || l[ref.list-1] == nil || ref.level < 0 || ref.level >= maxLevels {
		return ""
	}
	return l[ref.list-1].next(ref.level)
}

// readDocLists reads kinds of lists, whose levels lie behind their list in the
// table stream, and their uses.
func readDocLists(kinds, table []byte, behind int, uses []byte) docLists {
	found := map[int]*counted{}
	if behind > len(table) {
		return nil
	}
	levels := table[behind:]
	for i := range min(u16(kinds, 0), maxStyles) {
		const size = 28
		kind := kinds[min(2+size*i, len(kinds)):]
		if len(kind) < size {
			break
		}
		c := newCounted()
		count := maxLevels
		if kind[26]&1 != 0 {
			count = 1
		}
		for j := range count {
			var ok bool
			if c.levels[j], levels, ok = readDocLevel(levels); !ok {
				return nil
			}
		}
		found[u32(kind, 0)] = c
	}
	return readDocUses(found, uses)
}

// readDocUses reads how paragraphs refer to lists, and what they change.
func readDocUses(kinds map[int]*counted, uses []byte) docLists {
	const size = 16
	count := min(u32(uses, 0), maxStyles)
	if 4+size*count > len(uses) {
		return nil
	}
	all := make(docLists, count)
	changes := uses[4+size*count:]
	for i := range all {
		use := uses[4+size*i:]
		if c := kinds[u32(use, 0)]; c != nil {
			all[i] = newList(c)
		}
		changes = changes[min(4, len(changes)):]
		for range int(use[12]) {
			if len(changes) < 8 {
				return all
			}
			start, flags := u32(changes, 0), u32(changes, 4)
			changes = changes[8:]
			own, rest, ok := level{}, changes, true
			if flags&0x20 != 0 {
				own, rest, ok = readDocLevel(changes)
			}
			if !ok {
				return all
			}
			changes = rest
			at := flags & 0xF
			if all[i] == nil || at >= maxLevels {
				continue
			}
			if flags&0x10 != 0 {
				all[i].starts[at] = start
			}
			if flags&0x20 != 0 {
				all[i].levels[at] = &own
			}
		}
	}
	return all
}

// readDocLevel reads a level; ok is false if it is not all there.
func readDocLevel(b []byte) (l level, rest []byte, ok bool) {
	const size = 28
	if len(b) < size {
		return l, nil, false
	}
	l = level{start: u32(b, 0), suffix: " ", restart: -1, format: docFormats[b[4]], legal: b[5]&4 != 0}
	if l.format == "" {
		l.format = "unknown"
	}
	if b[15] == 2 {
		l.suffix = ""
	}
	if b[5]&8 != 0 {
		l.restart = int(b[26])
	}
	at := size + int(b[24]) + int(b[25])
	length := u16(b, at)
	if at+2+2*length > len(b) {
		return l, nil, false
	}
	units := make([]uint16, length)
	for i := range units {
		units[i] = uint16(u16(b, at+2+2*i))
	}
	var text strings.Builder
	for _, r := range utf16.Decode(units) {
		if r < maxLevels {
			text.WriteByte('%')
			r += '1'
		}
		text.WriteRune(r)
	}
	l.text = text.String()
	return l, b[at+2+2*length:], true
}

// docFormats are the formats of numbers by the number that a DOC has for them.
var docFormats = map[byte]string{
	0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter",
	10: "ideographDigital", 11: "japaneseCounting", 14: "decimalFullWidth", 15: "decimalHalfWidth", 16: "japaneseLegal", 17: "japaneseDigitalTenThousand",
	18: "decimalEnclosedCircle", 19: "decimalFullWidth2", 22: "decimalZero", 23: "bullet",
	26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen", 28: "decimalEnclosedCircleChinese", 29: "ideographEnclosedCircle",
	30: "ideographTraditional", 31: "ideographZodiac", 33: "taiwaneseCounting", 34: "ideographLegalTraditional", 35: "taiwaneseCountingThousand", 36: "taiwaneseDigital",
	37: "chineseCounting", 38: "chineseLegalSimplified", 39: "chineseCountingThousand", 255: "none",
}
