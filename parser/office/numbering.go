package office

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// Numbers that are counted automatically are printed on the page but are no
// text of the document: section headings mostly have them (一、).

const maxLevels = 9

// numbering counts the paragraphs of a document's lists.
type numbering struct {
	lists    map[int]*list
	abstract map[int]*counted
}

// list is a list as paragraphs refer to it: it counts together with all lists
// of the same kind, unless it begins anew.
type list struct {
	counted *counted
	levels  [maxLevels]*level // its own instead of the kind's
	starts  [maxLevels]int    // where its levels begin anew; -1: nowhere
	begun   bool
}

// counted is a kind of list and how far it has been counted.
type counted struct {
	levels  [maxLevels]level
	counts  [maxLevels]int
	running [maxLevels]bool
	style   string // a style that holds the kind's levels
	defines string // the style that this kind holds the levels of
}

type level struct {
	start   int
	format  string
	text    string // "%1、": the numbers of the levels and what is between them
	suffix  string
	restart int // the level, from 1, that makes this one begin anew; 0: none; -1: the one above
	legal   bool
	style   string // paragraphs of this style count at this level
}

func newCounted() *counted {
	c := &counted{}
	for i := range c.levels {
		c.levels[i] = level{start: 1, suffix: " ", restart: -1}
	}
	return c
}

func newList(c *counted) *list {
	l := &list{counted: c}
	for i := range l.starts {
		l.starts[i] = -1
	}
	return l
}

func readNumbering(a *archive, part string) (*numbering, error) {
	n := &numbering{lists: map[int]*list{}, abstract: map[int]*counted{}}
	x, err := a.optional(part)
	if x == nil || err != nil {
		return n, err
	}
	for {
		start, err := x.nextStart()
		if start == nil || err != nil {
			return n, err
		}
		switch start.Name.Local {
		case "abstractNum":
			err = n.readAbstract(x, number(start, "abstractNumId"))
		case "num":
			err = n.readList(x, number(start, "numId"))
		}
		if err != nil {
			return nil, err
		}
	}
}

func number(start *xml.StartElement, name string) int {
	value, _ := strconv.Atoi(attr(start, name))
	return value
}

func (n *numbering) readAbstract(x *xmlReader, id int) error {
	c := newCounted()
	n.abstract[id] = c
	return x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "lvl":
			if i := number(start, "ilvl"); i >= 0 && i < maxLevels {
				return readLevel(x, &c.levels[i])
			}
		case "numStyleLink":
			c.style = attr(start, "val")
		case "styleLink":
			c.defines = attr(start, "val")
		}
		return x.skip()
	})
}

func readLevel(x *xmlReader, l *level) error {
	return x.each(func(start *xml.StartElement) error {
		value := attr(start, "val")
		switch start.Name.Local {
		case "start":
			l.start = number(start, "val")
		case "numFmt":
			l.format = value
		case "AlternateContent": // formats of its own kind, with an ordinary one to fall back to
			return x.each(func(way *xml.StartElement) error {
				if way.Name.Local == "Fallback" {
					return readLevel(x, l)
				}
				return x.skip()
			})
		case "lvlText":
			l.text = value
		case "suff":
			l.suffix = " "
			if value == "nothing" {
				l.suffix = ""
			}
		case "lvlRestart":
			l.restart = number(start, "val")
		case "isLgl":
			l.legal = isOn(start)
		case "pStyle":
			l.style = value
		}
		return x.skip()
	})
}

func (n *numbering) readList(x *xmlReader, id int) error {
	l := newList(newCounted())
	n.lists[id] = l
	return x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "abstractNumId":
			if c := n.abstract[number(start, "val")]; c != nil {
				l.counted = c
			}
		case "lvlOverride":
			if i := number(start, "ilvl"); i >= 0 && i < maxLevels {
				return l.readOverride(x, i)
			}
		}
		return x.skip()
	})
}

func (l *list) readOverride(x *xmlReader, i int) error {
	return x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "startOverride":
			l.starts[i] = number(start, "val")
		case "lvl":
			own := level{start: 1, suffix: " ", restart: -1}
			l.levels[i] = &own
			return readLevel(x, &own)
		}
		return x.skip()
	})
}

// link joins kinds of lists with the styles that hold their levels, and styles
// with the levels that name them.
func (n *numbering) link(s styles) {
	holders := map[string]*counted{}
	for _, c := range n.abstract {
		if c.defines != "" {
			holders[c.defines] = c
		}
	}
	for _, l := range n.lists {
		if holder := holders[l.counted.style]; l.counted.style != "" && holder != nil {
			l.counted = holder
		}
	}
	for id, st := range s {
		l := n.lists[st.number.list]
		if !st.number.hasList || st.number.hasLevel || l == nil {
			continue
		}
		for i := range l.counted.levels {
			if id != "" && l.counted.levels[i].style == id {
				st.number.level, st.number.hasLevel = i, true
			}
		}
	}
}

// next counts a paragraph and gives its number as it is printed, with what
// stands between it and the text.
func (n *numbering) next(ref numberRef) string {
	l := n.lists[ref.list]
	if !ref.hasList || l == nil || ref.level < 0 || ref.level >= maxLevels {
		return ""
	}
	return l.next(ref.level)
}

func (l *list) level(i int) *level {
	if l.levels[i] != nil {
		return l.levels[i]
	}
	return &l.counted.levels[i]
}

func (l *list) next(i int) string {
	c := l.counted
	if !l.begun {
		l.begun = true
		for j, start := range l.starts {
			if start >= 0 {
				c.counts[j], c.running[j] = start-1, true
			}
		}
	}
	for j := range i {
		if !c.running[j] {
			c.counts[j], c.running[j] = l.level(j).start, true
		}
	}
	if !c.running[i] {
		c.counts[i], c.running[i] = l.level(i).start-1, true
	}
	c.counts[i]++
	for j := i + 1; j < maxLevels; j++ {
		restart := l.level(j).restart
		if restart == -1 || i+1 <= restart {
			c.running[j] = false
		}
	}
	return l.print(i)
}

// print writes the number of a level. Bullets are no numbers and not written.
func (l *list) print(i int) string {
	own := l.level(i)
	if own.format == "bullet" || own.format == "none" && !strings.Contains(own.text, "%") && own.text == "" {
		return ""
	}
	var printed strings.Builder
	for j := 0; j < len(own.text); j++ {
		c := own.text[j]
		if c != '%' || j+1 == len(own.text) || own.text[j+1] < '1' || own.text[j+1] > '9' {
			printed.WriteByte(c)
			continue
		}
		j++
		k := int(own.text[j] - '1')
		format := l.level(k).format
		if own.legal && format != "none" {
			format = "decimal"
		}
		printed.WriteString(formatCount(format, l.counted.counts[k]))
	}
	if printed.Len() == 0 {
		return ""
	}
	return printed.String() + own.suffix
}

// formatCount writes a number in a format of lists.
func formatCount(format string, n int) string {
	if series, ok := countSeries[format]; ok {
		if runes := []rune(series); n >= 1 && n <= len(runes) {
			return string(runes[n-1])
		}
		return strconv.Itoa(n)
	}
	switch format {
	case "none":
		return ""
	case "", "decimal", "decimalHalfWidth":
		return strconv.Itoa(n)
	case "decimalZero":
		if n >= 0 && n < 10 {
			return "0" + strconv.Itoa(n)
		}
		return strconv.Itoa(n)
	case "decimalFullWidth", "decimalFullWidth2":
		return mapDigits(n, "０１２３４５６７８９")
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperLetter":
		return letters(n, 'A')
	case "lowerLetter":
		return letters(n, 'a')
	case "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand", "koreanCounting", "ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital", "koreanDigital2":
		if strings.Contains(format, "igital") {
			return mapDigits(n, "〇一二三四五六七八九")
		}
		return han(n, "零一二三四五六七八九", "十百千", true)
	case "chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal":
		return han(n, "零壹贰叁肆伍陆柒捌玖", "拾佰仟", false)
	}
	return "〔" + strconv.Itoa(n) + "〕" // a format that is not known prints something else
}

// countSeries are formats that take their numbers from a row of signs.
var countSeries = map[string]string{
	"decimalEnclosedCircle":        "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
	"decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
	"decimalEnclosedFullstop":      "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
	"decimalEnclosedParen":         "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
	"ideographEnclosedCircle":      "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
	"ideographTraditional":         "甲乙丙丁戊己庚辛壬癸",
	"ideographZodiac":              "子丑寅卯辰巳午未申酉戌亥",
}

func mapDigits(n int, digits string) string {
	signs := []rune(digits)
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return signs[r-'0']
		}
		return r
	}, strconv.Itoa(n))
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var s strings.Builder
	for _, part := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= part.value {
			s.WriteString(part.sign)
			n -= part.value
		}
	}
	return s.String()
}

// letters counts A to Z, AA to ZZ, AAA ... as Word does.
func letters(n int, first rune) string {
	const most = 780 // 30 letters
	if n < 1 || n > most {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(first+rune((n-1)%26)), (n-1)/26+1)
}

// han writes a number below ten thousand in words: 二十一, 一百零三. Short counting
// leaves out the one of 一十.
func han(n int, digits, places string, short bool) string {
	if n < 1 || n > 9999 {
		return strconv.Itoa(n)
	}
	digit, place := []rune(digits), []rune(places)
	var s strings.Builder
	gap := false
	for i, unit := 3, 1000; i >= 0; i, unit = i-1, unit/10 {
		d := n / unit % 10
		if d == 0 {
			gap = s.Len() > 0
			continue
		}
		if gap {
			s.WriteRune(digit[0])
			gap = false
		}
		if !(short && d == 1 && i == 1 && s.Len() == 0) {
			s.WriteRune(digit[d])
		}
		if i > 0 {
			s.WriteRune(place[i-1])
		}
	}
	return s.String()
}
