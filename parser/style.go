package parser

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What a page's styles say is followed as far as it changes which figure a
// person sees: what is not shown, what is struck out or raised, what is printed
// white on white, what a picture or the style itself puts into a cell.

// looks are such things, one bit each.
type looks uint16

const (
	undisplayed looks = 1 << iota
	invisible         // takes room and shows nothing
	faded             // the same by an opacity or a size of 0
	outside           // stands off the page, or is clipped away
	flat              // has no width or height and hides what runs over
	struck
	raised
	white
	filled    // has a background that is not white
	pictured  // has a picture as its background
	generated // the style puts text there
)

// look is what a style says: which looks it decides, and which of them it gives.
type look struct{ says, is looks }

func (l *look) set(what looks, is bool) {
	l.says |= what
	l.is &^= what
	if is {
		l.is |= what
	}
}

// over lays a style over another.
func (l *look) over(above look) {
	l.is = l.is&^above.says | above.is
	l.says |= above.says
}

// ink is how text stands at some place of a page, by all that is around it.
type ink struct{ apart, white, filled bool }

// isApart reports whether text is not one with the text around it.
func (k ink) isApart() bool { return k.apart || k.white && !k.filled }

// styles remembers what the styles of a page mean: pages repeat a few of them
// thousands of times.
type styles struct {
	known map[string]look
	sheet map[string][]rule // by a class, an id or the name of an element
	met   map[*html.Node]bool
	size  int  // bytes of all sheets
	rules int  // of all sheets
	full  bool // there are more than are kept
	late  bool // some hold for what was read before
	done  bool // all sheets were met
}

// maxStyles bounds the styles remembered of one page.
const maxStyles = 2000

// of is how an element looks, by its attributes and the page's own rules.
func (s *styles) of(n *html.Node) (l look) {
	if s.sheet != nil {
		l = s.ruled(n)
	}
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "hidden":
			l.set(undisplayed, true)
		case "style":
			above, known := s.known[a.Val]
			if !known {
				above = readStyle(a.Val)
				if len(s.known) < maxStyles {
					s.known[a.Val] = above
				}
			}
			l.over(above)
		case "color":
			l.set(white, isWhite(a.Val))
		case "bgcolor":
			l.setBackground(a.Val)
		case "background":
			l.set(filled|pictured, a.Val != "")
		}
	}
	return l
}

// hides reports whether an element that stands that way shows nothing.
func (l look) hides(n *html.Node, how display) bool {
	if l.is&(undisplayed|invisible|faded|outside) != 0 {
		return true
	}
	return l.is&flat != 0 && how >= block && !isTablePart(n.DataAtom)
}

// isTablePart tells the elements that grow with what they hold.
func isTablePart(name atom.Atom) bool {
	switch name {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption:
		return true
	}
	return false
}

// under is the ink of an element's text.
func (l look) under(outer ink, how display) ink {
	if l.says == 0 {
		return outer
	}
	outer.apart = outer.apart || l.is&struck != 0 || l.is&raised != 0 && how == inline
	if l.says&white != 0 {
		outer.white = l.is&white != 0
	}
	if l.says&filled != 0 {
		outer.filled = l.is&filled != 0
	}
	return outer
}

// readStyle reads declarations: color:#fff; left:-99em.
func readStyle(style string) (l look) {
	style = withoutComments(style)
	var moved, away, positioned, noRoom, cuts, sized bool
	for style != "" {
		var one string
		one, style = nextDeclaration(style)
		name, value, ok := strings.Cut(one, ":")
		if name = strings.TrimSpace(name); !ok || !decides(name) {
			continue
		}
		value = strings.ToLower(strings.TrimSpace(value))
		value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(value, "important")), "!"))
		number, isNumber := leadingNumber(value)
		switch strings.ToLower(name) {
		case "display":
			l.set(undisplayed, value == "none")
			sized = sized || value == "block" || value == "inline-block"
		case "visibility":
			l.set(invisible, value == "hidden" || value == "collapse")
		case "mso-hide":
			l.is |= hiddenIf(value == "all")
		case "opacity", "font-size":
			l.is |= bitIf(faded, isNumber && number == 0)
		case "text-decoration", "text-decoration-line":
			l.set(struck, strings.Contains(value, "line-through"))
		case "vertical-align":
			l.set(raised, value == "super" || value == "sub" || isNumber && number > 0)
		case "color":
			l.set(white, isWhite(value))
			l.is |= hiddenIf(value == "transparent")
		case "background", "background-color", "background-image":
			l.setBackground(value)
		case "position":
			positioned = value != "static"
			sized = sized || value == "absolute" || value == "fixed"
		case "float":
			sized = sized || value != "none"
		case "left", "right", "top", "bottom":
			moved = moved || isNumber && number <= offPage
		case "text-indent":
			away = away || isNumber && number <= offPage
		case "clip", "clip-path":
			away = away || clipsAll(value)
		case "width", "height", "max-width", "max-height":
			noRoom = noRoom || isNumber && number <= 1 && !strings.HasSuffix(value, "em") && (number == 0 || !strings.HasSuffix(value, "%"))
		case "overflow", "overflow-x", "overflow-y":
			cuts = cuts || value == "hidden" || value == "clip"
		}
	}
	l.is |= bitIf(outside, away || moved && positioned || noRoom && cuts && sized)
	l.is |= bitIf(flat, noRoom && cuts)
	return l
}

func hiddenIf(is bool) looks { return bitIf(invisible, is) }

func bitIf(what looks, is bool) looks {
	if is {
		return what
	}
	return 0
}

// offPage is a distance at which nothing is seen, whatever its unit.
const offPage = -400

// decides reports whether a property may change what is read; most do not.
func decides(name string) bool {
	if name == "" {
		return false
	}
	switch name[0] | 0x20 {
	case 'd', 'v', 'm', 'o', 't', 'c', 'b', 'p', 'l', 'r', 'w', 'h':
		return true
	case 'f':
		return len(name) == len("font-size") || len(name) == len("float")
	}
	return false
}

// nextDeclaration cuts at a semicolon that stands in no brackets or quotes.
func nextDeclaration(style string) (one, rest string) {
	depth, quote := 0, byte(0)
	for i := range len(style) {
		switch c := style[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ';' && depth <= 0:
			return style[:i], style[i+1:]
		}
	}
	return style, ""
}

func withoutComments(css string) string {
	if !strings.Contains(css, "/*") {
		return css
	}
	var kept strings.Builder
	for css != "" {
		before, rest, open := strings.Cut(css, "/*")
		kept.WriteString(before)
		if !open {
			break
		}
		_, css, _ = strings.Cut(rest, "*/")
	}
	return kept.String()
}

// leadingNumber reads the number of a length: -9999px.
func leadingNumber(value string) (number float64, ok bool) {
	end := 0
	for end < len(value) && strings.IndexByte("+-.0123456789", value[end]) >= 0 {
		end++
	}
	number, err := strconv.ParseFloat(value[:end], 64)
	return number, err == nil
}

// clipsAll recognises rect(0,0,0,0), rect(1px 1px 1px 1px) and inset(50%).
func clipsAll(value string) bool {
	kind, inner, ok := strings.Cut(strings.TrimSuffix(value, ")"), "(")
	if !ok {
		return false
	}
	sides := strings.FieldsFunc(inner, func(r rune) bool { return r == ',' || r == ' ' })
	switch kind {
	case "rect":
		if len(sides) != 4 {
			return false
		}
		top, topOK := leadingNumber(sides[0])
		bottom, bottomOK := leadingNumber(sides[2])
		return topOK && bottomOK && bottom-top < 1
	case "inset":
		if len(sides) == 0 || !strings.HasSuffix(sides[0], "%") {
			return false
		}
		inset, insetOK := leadingNumber(sides[0])
		return insetOK && inset >= 50
	}
	return false
}

// setBackground reads the value of background or background-color.
func (l *look) setBackground(value string) {
	value = strings.ToLower(strings.TrimSpace(value))
	switch color, _, _ := strings.Cut(value, " "); {
	case strings.Contains(value, "url("):
		l.set(filled|pictured, true)
	case isWhite(value):
		l.set(filled, false)
	case color == "", color == "none", color == "transparent", color == "inherit", color == "initial", color == "unset", color == "revert":
	default:
		l.set(filled, true)
	}
}

// isWhite reports whether a color, or what begins with one, cannot be seen on white.
func isWhite(color string) bool {
	const nearly = 0xF0
	color = strings.ToLower(strings.TrimSpace(color))
	if _, inner, ok := strings.Cut(color, "("); ok && strings.HasPrefix(color, "rgb") {
		inner, _, _ = strings.Cut(inner, ")")
		channels := strings.FieldsFunc(inner, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
		for _, channel := range channels[:min(3, len(channels))] {
			value, ok := leadingNumber(channel)
			if strings.HasSuffix(channel, "%") {
				value *= 2.55
			}
			if !ok || value < nearly {
				return false
			}
		}
		return len(channels) >= 3
	}
	color, _, _ = strings.Cut(color, " ")
	if hex, ok := strings.CutPrefix(color, "#"); ok {
		switch len(hex) {
		case 3, 4:
			return strings.HasPrefix(hex, "fff")
		case 6, 8:
			return hex[0] == 'f' && hex[2] == 'f' && hex[4] == 'f'
		}
		return false
	}
	return color == "white" || color == "ffffff"
}

// rule is a rule of the page's own style sheet: the element's name, id and
// classes, those that are not empty, and what it then looks like.
type rule struct {
	element, id string
	classes     []string
	look        look
}

func (r *rule) matches(name, id string, classes []string) bool {
	if r.element != "" && r.element != name || r.id != "" && r.id != id {
		return false
	}
	for _, wanted := range r.classes {
		if !contains(classes, wanted) {
			return false
		}
	}
	return true
}

func contains(list []string, wanted string) bool {
	for _, one := range list {
		if one == wanted {
			return true
		}
	}
	return false
}

// ruled is how an element looks by the page's rules.
func (s *styles) ruled(n *html.Node) (l look) {
	var id string
	var classes []string
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "id":
			id = n.Attr[i].Val
		case "class":
			classes = strings.Fields(n.Attr[i].Val)
		}
	}
	apply := func(key string) {
		rules := s.sheet[key]
		for i := range rules {
			if rules[i].matches(n.Data, id, classes) {
				l.over(rules[i].look)
			}
		}
	}
	apply(n.Data)
	for _, class := range classes[:min(len(classes), maxClasses)] {
		apply("." + class)
	}
	if id != "" {
		apply("#" + id)
	}
	return l
}

// Bounds of a page's own rules. What lies beyond is not followed, and a note says so.
const (
	maxSheet   = 256 << 10 // bytes
	maxRules   = 4_000     // that decide something
	maxAlike   = 50        // for one class, id or element
	maxClasses = 20        // of an element
)

// meet reads a style sheet of the page. One that holds for what stands before it
// makes the styles late.
func (s *styles) meet(sheet *html.Node, before bool) {
	if s.full || s.done || sheet.FirstChild == nil || !isForScreens(sheet) {
		return
	}
	if s.met[sheet] { // by a table that turned out to arrange the page
		return
	}
	if s.met == nil {
		s.met = map[*html.Node]bool{}
	}
	s.met[sheet] = true
	css := sheet.FirstChild.Data
	if s.size += len(css); s.size > maxSheet {
		s.full = true
		return
	}
	added := s.addSheet(css, maxRules-s.rules)
	s.rules += added
	s.late = s.late || before && added > 0
	s.full = s.full || s.rules >= maxRules
}

func isForScreens(style *html.Node) bool {
	for _, a := range style.Attr {
		if a.Key == "media" {
			media := strings.ToLower(strings.TrimSpace(a.Val))
			return media == "" || media == "all" || media == "screen"
		}
	}
	return true
}

// addSheet reads rules up to the number given and returns how many they are.
// Blocks that hold for some media only are passed over.
func (s *styles) addSheet(css string, room int) (count int) {
	css = strings.NewReplacer("<!--", "", "-->", "").Replace(withoutComments(css))
	for css != "" && count < room {
		selectors, rest, ok := strings.Cut(css, "{")
		if !ok {
			break
		}
		if end := strings.LastIndexByte(selectors, ';'); end >= 0 {
			selectors = selectors[end+1:] // @import and @charset stand before it
		}
		if selectors = strings.TrimSpace(selectors); strings.HasPrefix(selectors, "@") {
			css = rest[blockEnd(rest):]
			continue
		}
		var declarations string
		declarations, css, _ = strings.Cut(rest, "}")
		l := readStyle(declarations)
		l.is &^= faded // programs fade such elements in; sizes of 0 close gaps
		content := l.is&(undisplayed|invisible|outside) == 0 && putsText(declarations)
		if l.says|l.is == 0 && !content {
			continue
		}
		for selector := range strings.SplitSeq(selectors, ",") {
			if s.addRule(strings.TrimSpace(selector), l, content) {
				count++
			}
		}
	}
	return count
}

// blockEnd is the place behind the bracket that closes the block.
func blockEnd(css string) int {
	depth := 1
	for i := range len(css) {
		switch css[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(css)
}

// putsText reports whether declarations give text to what stands before or
// behind an element.
func putsText(declarations string) bool {
	for declarations != "" {
		var one string
		one, declarations = nextDeclaration(declarations)
		name, value, _ := strings.Cut(one, ":")
		if strings.EqualFold(strings.TrimSpace(name), "content") {
			value = strings.TrimSpace(strings.Trim(strings.TrimSpace(value), `"'`))
			return value != "" && value != "none" && value != "normal"
		}
	}
	return false
}

// addRule adds a rule for one selector. Where the selector asks for more than
// the element itself, the rule tells only that there may be a background.
func (s *styles) addRule(selector string, l look, content bool) bool {
	compound := selector
	if i := strings.LastIndexAny(selector, " >+~"); i >= 0 {
		compound = selector[i+1:]
		l, content = look{l.is & filled, l.is & filled}, false
	}
	compound, pseudo, _ := strings.Cut(compound, ":")
	switch beside := strings.HasSuffix(pseudo, "before") || strings.HasSuffix(pseudo, "after"); {
	case beside:
		where := generated
		if strings.HasPrefix(pseudo, "empty") {
			where = pictured // shows in an empty cell only
		}
		l = look{}
		l.set(where, content && !strings.Contains(pseudo, "hover"))
	case pseudo != "":
		return false
	}
	r, key, ok := readCompound(compound)
	if !ok || l.says|l.is == 0 {
		return false
	}
	r.look = l
	if s.sheet == nil {
		s.sheet = map[string][]rule{}
	}
	if len(s.sheet[key]) >= maxAlike {
		s.full = true
		return false
	}
	s.sheet[key] = append(s.sheet[key], r)
	return true
}

// readCompound reads td.hidden, #note or .a.b. The rule is kept under the key.
func readCompound(compound string) (r rule, key string, ok bool) {
	if compound == "" || strings.ContainsAny(compound, "*[]()\\\"'") {
		return rule{}, "", false
	}
	end := strings.IndexAny(compound, ".#")
	if end < 0 {
		end = len(compound)
	}
	r.element, compound = strings.ToLower(compound[:end]), compound[end:]
	key = r.element
	for compound != "" {
		end := strings.IndexAny(compound[1:], ".#") + 1
		if end == 0 {
			end = len(compound)
		}
		name := compound[1:end]
		if name == "" {
			return rule{}, "", false
		}
		if compound[0] == '#' {
			r.id = name
		} else {
			r.classes = append(r.classes, name)
		}
		key, compound = compound[:end], compound[end:]
	}
	return r, key, true
}
