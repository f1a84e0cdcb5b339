package office

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"gongkai/parser/blocks"
)

// choice is a property that a style may leave to the style below it.
type choice int8

const (
	unset choice = iota
	on
	off
)

func choose(isOn bool) choice {
	if isOn {
		return on
	}
	return off
}

func (c choice) over(below choice) choice {
	if c == unset {
		return below
	}
	return c
}

// look is how text is shown, as far as it matters what it says.
type look struct {
	hidden, struck, struckTwice, raised, shifted choice
	white, tiny                                  choice
	coloured                                     choice // the ground of the text itself
	signs                                        string // the font of signs that it is in, otherFont for none
}

// otherFont is a font of letters and digits.
const otherFont = "-"

// fontOf is what a look says of a font by its name.
func fontOf(name string) string {
	if isSymbolFont(name) {
		return name
	}
	return otherFont
}

func (l look) over(below look) look {
	return look{
		l.hidden.over(below.hidden), l.struck.over(below.struck), l.struckTwice.over(below.struckTwice), l.raised.over(below.raised), l.shifted.over(below.shifted),
		l.white.over(below.white), l.tiny.over(below.tiny), l.coloured.over(below.coloured), cmp.Or(l.signs, below.signs),
	}
}

// standing is how the text stands to the text around it.
func (l look) standing() standing {
	switch {
	case l.struck == on || l.struckTwice == on || l.raised == on || l.shifted == on || l.tiny == on:
		return apart
	case l.white == on && l.coloured != on:
		return inWhite
	}
	return inLine
}

// inFont is text as the font draws it: fonts of signs have signs for digits.
func (l look) inFont(text string) string {
	if l.signs == "" || l.signs == otherFont {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if r == ' ' || r == '\t' || r == '\n' {
			b.WriteRune(r)
			continue
		}
		b.WriteString(symbol(l.signs, strconv.FormatInt(int64(r), 16)))
	}
	return b.String()
}

// isShifted tells a footnote mark that was raised by hand, in half points, from
// text that is moved a little for its looks.
func isShifted(halfPoints int) bool { return halfPoints >= 4 || halfPoints <= -4 }

// readLook reads the properties of a run on top of what holds already.
func readLook(x *xmlReader, l *look, s styles) error {
	return x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "rStyle":
			*l = s.find(attr(start, "val")).look.over(*l)
		case "vanish", "specVanish":
			l.hidden = choose(isOn(start))
		case "strike":
			l.struck = choose(isOn(start))
		case "dstrike":
			l.struckTwice = choose(isOn(start))
		case "vertAlign":
			at := attr(start, "val")
			l.raised = choose(at == "superscript" || at == "subscript")
		case "position":
			l.shifted = choose(isShifted(number(start, "val")))
		case "color":
			l.white = choose(isWhite(attr(start, "val")) || attr(start, "themeColor") == "background1" && attr(start, "val") == "auto")
		case "sz":
			l.tiny = choose(isTiny(float64(number(start, "val")) / 2))
		case "shd":
			l.coloured = choose(isColoured(start))
		case "highlight":
			ground := attr(start, "val")
			l.coloured = choose(ground != "none" && ground != "white")
		case "rFonts":
			if name := cmp.Or(attr(start, "ascii"), attr(start, "hAnsi")); name != "" {
				l.signs = fontOf(name)
			}
		}
		return x.skip()
	})
}

// isColoured tells whether shading gives another ground than paper.
func isColoured(shading *xml.StartElement) bool {
	fill, pattern := attr(shading, "fill"), attr(shading, "val")
	switch pattern {
	case "nil":
		return false
	case "", "clear":
		return fill != "" && fill != "auto" && !isWhite(fill)
	case "solid":
		return !isWhite(attr(shading, "color"))
	}
	return true // dots and stripes
}

// style is a style with what it takes over from the styles it is based on.
type style struct {
	look   look
	number numberRef
	based  string
	ground tableGround
	whole  bool // what it is based on is in it
}

// tableGround is where the style of a table has another ground than paper.
type tableGround struct{ all, firstRow choice }

func (g tableGround) over(below tableGround) tableGround {
	return tableGround{g.all.over(below.all), g.firstRow.over(below.firstRow)}
}

// readGround reads the shading of a table or of its cells.
func readGround(x *xmlReader, ground *choice) error {
	return x.each(func(property *xml.StartElement) error {
		if property.Name.Local == "shd" {
			*ground = choose(isColoured(property))
		}
		return x.skip()
	})
}

// styles are the styles of a document by id; "" is the paragraph style in use
// where none is named.
type styles map[string]*style

// maxStyles bounds the styles of a document.
const maxStyles = 10_000

func readStyles(a *archive, part string) (styles, error) {
	s := styles{"": {}}
	x, err := a.optional(part)
	if x == nil || err != nil {
		return s, err
	}
	for {
		start, err := x.nextStart()
		if start == nil || err != nil {
			s.inherit()
			return s, err
		}
		if !isWord(start.Name) || start.Name.Local != "style" {
			continue
		}
		if len(s) > maxStyles {
			return nil, fmt.Errorf("%w: more than %d styles", blocks.ErrTooLarge, maxStyles)
		}
		id := attr(start, "styleId")
		read, err := readStyle(x)
		if err != nil {
			return nil, err
		}
		s[id] = read
		if attr(start, "type") == "paragraph" && isTrue(attr(start, "default")) {
			s[""] = read
		}
	}
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }

func readStyle(x *xmlReader) (*style, error) {
	s := &style{}
	err := x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "basedOn":
			s.based = attr(start, "val")
		case "rPr":
			return readLook(x, &s.look, nil)
		case "pPr":
			return x.each(func(property *xml.StartElement) error {
				switch property.Name.Local {
				case "shd":
					s.look.coloured = choose(isColoured(property))
				case "numPr":
					var err error
					s.number, err = readNumberRef(x)
					return err
				}
				return x.skip()
			})
		case "tblPr", "tcPr":
			return readGround(x, &s.ground.all)
		case "tblStylePr":
			if attr(start, "type") != "firstRow" {
				return x.skip()
			}
			return x.each(func(part *xml.StartElement) error {
				if part.Name.Local != "tcPr" {
					return x.skip()
				}
				return readGround(x, &s.ground.firstRow)
			})
		}
		return x.skip()
	})
	return s, err
}

// inherit fills in what styles take over from others. A circle of styles ends
// where it began.
func (s styles) inherit() {
	for _, st := range s {
		chain := []*style{}
		for next := st; next != nil && !next.whole; next = s[next.based] {
			next.whole = true
			chain = append(chain, next)
			if next.based == "" {
				break
			}
		}
		for i := len(chain) - 1; i >= 0; i-- {
			if below := s[chain[i].based]; below != nil && chain[i].based != "" {
				chain[i].look = chain[i].look.over(below.look)
				chain[i].ground = chain[i].ground.over(below.ground)
				chain[i].number = below.number.overlaid(chain[i].number)
			}
		}
	}
}

func (s styles) find(id string) style {
	if found := s[id]; found != nil {
		return *found
	}
	return style{}
}

// paragraph is the style that a paragraph names, else the one it has anyway.
func (s styles) paragraph(id string) style {
	if found := s[id]; found != nil {
		return *found
	}
	return *s[""]
}

// numberRef says which list a paragraph counts in and at which level.
type numberRef struct {
	list, level       int
	hasList, hasLevel bool
}

// overlaid is the reference with what another one states on top of it.
func (n numberRef) overlaid(top numberRef) numberRef {
	if top.hasList {
		n.list, n.hasList = top.list, true
	}
	if top.hasLevel {
		n.level, n.hasLevel = top.level, true
	}
	return n
}

func readNumberRef(x *xmlReader) (n numberRef, err error) {
	err = x.each(func(start *xml.StartElement) error {
		value, _ := strconv.Atoi(attr(start, "val"))
		switch start.Name.Local {
		case "numId":
			n.list, n.hasList = value, true
		case "ilvl":
			n.level, n.hasLevel = value, true
		}
		return x.skip()
	})
	return n, err
}
