package pdf

import (
	"bytes"
	"fmt"
	"math"

	"gongkai/parser/page"
)

// Bounds of what is painted.
const (
	maxForms      = 16        // forms within each other
	maxStates     = 1_000     // graphics states within each other
	maxOperands   = 512       // operands of one operator
	maxItems      = 64 << 10  // pieces of one shown array
	maxSegments   = 256 << 10 // segments of one path
	maxPageRules  = 100_000
	maxPageGlyphs = 500_000
	maxGlyphs     = 2_000_000 // of a document
)

// painter follows the content of one page and notes what it leaves on the paper.
type painter struct {
	r     *reader
	page  *page.Page
	paper box
	state state
	stack []kept
	// Text: the matrices of the object being shown.
	text, line matrix
	path       path
	clipNext   bool
	marks      []mark
	hidden     int // marks of layers that are off
	open       map[*stream]bool
	near       map[place]int
	pictures   coverage
	slanted    int
	shown      int // the first glyph of the operator being shown
	operators  int
	strange    int      // operators that nobody knows
	runs       []box    // around each run of glyphs
	covered    int      // glyphs that something was painted over
	veil       int      // forms that let through what is below
	missing    int      // pictures and forms that are not in the file
	drawn      int      // filled shapes that are neither rulings nor rectangles
	grounds    []ground // what is painted below
	tones      []tone   // the colours of the grounds
	pale       int      // glyphs in white on nothing

	bytes []byte
	items []operand
}

// state is what q keeps and Q brings back.
type state struct {
	ctm                      matrix
	clip                     box
	ragged                   bool // the clip is less than its box
	veiled                   bool // what is filled lets through what is below
	font                     *font
	size, charSpace          float64
	wordSpace, stretch       float64
	leading, rise            float64
	mode                     int
	lineWidth                float64
	fill, stroke             paint
	fillHidden, strokeHidden bool
}

// kept is a state that q has kept so many times in a row.
type kept struct {
	state state
	times int
}

// operand is an operand of an operator; numbers and strings take no memory of
// their own.
type operand struct {
	kind  tokenKind
	n     float64
	bytes []byte
	items []operand
	value any
}

func newPainter(r *reader, p *page.Page, toPage matrix) *painter {
	paper := box{0, 0, p.Width, p.Height}
	return &painter{
		r: r, page: p, paper: paper, open: map[*stream]bool{}, near: map[place]int{},
		state: state{ctm: toPage, clip: paper, stretch: 1, lineWidth: 1},
		text:  unit, line: unit,
	}
}

// run follows one stream of operators.
func (p *painter) run(data []byte, resources dict, depth int) error {
	if !p.r.file.spend(len(data) + 2048) {
		return errWork
	}
	c := &content{painter: p, lexer: lexer{data: data}, resources: resources, depth: depth}
	for n := 0; ; n++ {
		if n&1023 == 0 {
			if err := p.r.file.ctx.Err(); err != nil {
				return err
			}
		}
		t := c.next()
		switch t.kind {
		case endToken:
			return p.r.file.err
		case wordToken:
			if more, err := c.operand(t); err != nil {
				return err
			} else if more {
				continue
			}
			c.painter.operators++
			if err := c.do(t.bytes); err != nil {
				return err
			}
			c.operands, p.bytes, p.items = c.operands[:0], p.bytes[:0], p.items[:0]
		default:
			if len(c.operands) < maxOperands {
				c.operands = append(c.operands, p.keep(t))
			}
		}
	}
}

// content is one stream of operators with what their names refer to.
type content struct {
	*painter
	lexer
	resources dict
	depth     int
	operands  []operand
	fonts     map[string]*font
}

// keep copies a token whose bytes would not outlive the next one.
func (p *painter) keep(t token) operand {
	o := operand{kind: t.kind, n: t.n}
	if t.kind == stringToken || t.kind == nameToken {
		start := len(p.bytes)
		p.bytes = append(p.bytes, t.bytes...)
		o.bytes = p.bytes[start:len(p.bytes):len(p.bytes)]
	}
	return o
}

// operand reads arrays and dictionaries; false means that the word is an operator.
func (c *content) operand(t token) (bool, error) {
	switch string(t.bytes) {
	case "[":
		start := len(c.items)
		for {
			t := c.next()
			if t.kind == endToken || t.kind == wordToken && string(t.bytes) == "]" {
				break
			}
			if len(c.items) >= maxItems {
				return false, tooLarge("一行文字由过多片段组成", "a line of text has too many pieces")
			}
			c.items = append(c.items, c.keep(t))
		}
		c.push(operand{items: c.items[start:len(c.items):len(c.items)]})
	case "<<":
		l := c.r.file.lexer(c.data)
		l.at = c.at
		v := l.dict(maxDepth)
		c.at = l.at
		if err := c.r.file.lexerError(l); err != nil {
			return false, err
		}
		c.push(operand{value: v})
	case "true", "false", "null", "]", ">>":
		c.push(operand{})
	default:
		return false, nil
	}
	return true, nil
}

func (c *content) push(o operand) {
	if len(c.operands) < maxOperands {
		c.operands = append(c.operands, o)
	}
}

// numbers gives the last n operands if all are numbers.
func (c *content) numbers(n int) ([]operand, bool) {
	if len(c.operands) < n {
		return nil, false
	}
	last := c.operands[len(c.operands)-n:]
	for i := range last {
		if last[i].kind != numberToken {
			return nil, false
		}
	}
	return last, true
}

func (c *content) number() (float64, bool) {
	n, ok := c.numbers(1)
	if !ok {
		return 0, false
	}
	return n[0].n, true
}

func (c *content) matrix() (matrix, bool) {
	n, ok := c.numbers(6)
	if !ok {
		return unit, false
	}
	return matrix{n[0].n, n[1].n, n[2].n, n[3].n, n[4].n, n[5].n}, true
}

func (c *content) last() operand {
	if len(c.operands) == 0 {
		return operand{}
	}
	return c.operands[len(c.operands)-1]
}

// named is an entry of one kind of the resources.
func (c *content) named(kind name, key []byte) any {
	return c.r.file.dict(c.resources[kind])[name(key)]
}

func (c *content) do(op []byte) error {
	switch string(op) {
	case "q":
		return c.save()
	case "Q":
		c.restore()
	case "cm":
		if m, ok := c.matrix(); ok {
			c.state.ctm = m.then(c.state.ctm)
		}
	case "w":
		if n, ok := c.number(); ok {
			c.state.lineWidth = n
		}
	case "gs":
		c.setState(c.r.file.dict(c.named("ExtGState", c.last().bytes)))
	case "Do":
		return c.paintObject(c.named("XObject", c.last().bytes))
	case "BI":
		return c.inlineImage()
	case "BMC", "BDC":
		return c.begin(string(op) == "BDC")
	case "EMC":
		c.end()
	default:
		if !c.doText(op) && !c.doColor(op) {
			return c.doPath(op)
		}
	}
	return nil
}

// save keeps the state. Programs that forget the Q keep the same one over and
// over again.
func (c *content) save() error {
	n := len(c.stack)
	switch {
	case n > 0 && c.stack[n-1].state == c.state:
		c.stack[n-1].times++
	case n >= maxStates:
		return tooLarge("图形状态嵌套过深", "its graphics states are nested too deeply")
	default:
		c.stack = append(c.stack, kept{c.state, 1})
	}
	return nil
}

// restore leaves the states alone that stand outside a form.
func (c *content) restore() {
	n := len(c.stack)
	if n == 0 {
		return
	}
	last := &c.stack[n-1]
	c.state = last.state
	if last.times--; last.times == 0 {
		c.stack = c.stack[:n-1]
	}
}

// faint is the opacity below which paint cannot be seen.
const faint = 0.1

func (c *content) setState(d dict) {
	if n, ok := c.r.file.number(d["LW"]); ok {
		c.state.lineWidth = n
	}
	if n, ok := c.r.file.number(d["ca"]); ok {
		c.state.fillHidden = n < faint
		c.state.veiled = n < 1
	}
	if blend := c.r.file.name(d["BM"]); d["BM"] != nil && blend != "Normal" && blend != "Compatible" || c.r.file.dict(d["SMask"]) != nil {
		c.state.veiled = true
	}
	if n, ok := c.r.file.number(d["CA"]); ok {
		c.state.strokeHidden = n < faint
	}
	if list := c.r.file.array(d["Font"]); len(list) == 2 {
		c.state.font = c.r.font(list[0])
		c.state.size, _ = c.r.file.number(list[1])
	}
}

func (c *content) paintObject(v any) error {
	s, ok := c.r.file.resolve(v).(*stream)
	if !ok {
		if c.hidden == 0 {
			c.missing++
		}
		return c.r.file.err
	}
	if c.r.layers.off(c.r.file, s.dict["OC"]) {
		return nil
	}
	switch c.r.file.name(s.dict["Subtype"]) {
	case "Image":
		c.image(s.dict)
	case "Form":
		return c.form(s, unit, c.resources, c.depth)
	}
	return nil
}

// form paints a form with the graphics state as it is, and brings that back.
func (p *painter) form(s *stream, place matrix, outer dict, depth int) error {
	if depth >= maxForms || p.open[s] {
		return damaged("表单对象循环嵌套或嵌套过深", "its forms are nested in a circle or too deeply")
	}
	data, err := p.r.file.decode(s)
	if err != nil {
		return err
	}
	p.open[s] = true
	defer delete(p.open, s)
	keptState, keptStack, keptMarks, keptHidden := p.state, p.stack, p.marks, p.hidden
	keptText, keptLine := p.text, p.line
	p.stack, p.marks = nil, nil
	if p.state.veiled {
		p.veil++
		defer func() { p.veil-- }()
	}
	// A group is painted as one, whatever opacity is set within.
	if p.state.fillHidden && s.dict["Group"] != nil {
		p.hidden++
	}
	m := place
	if n, ok := p.r.file.numbers(s.dict["Matrix"], 6); ok {
		m = matrixOf(n).then(place)
	}
	p.state.ctm = m.then(p.state.ctm)
	if n, ok := p.r.file.numbers(s.dict["BBox"], 4); ok {
		p.state.clip = p.state.clip.and(p.state.ctm.box(n[0], n[1], n[2], n[3]))
	}
	resources := p.r.file.dict(s.dict["Resources"])
	if resources == nil {
		resources = outer
	}
	err = p.run(data, resources, depth+1)
	p.state, p.stack, p.marks, p.hidden = keptState, keptStack, keptMarks, keptHidden
	p.text, p.line = keptText, keptLine
	p.path = path{}
	return err
}

// image notes how much of the page pictures cover. Programs also draw rulings as
// thin stencils.
func (c *content) image(d dict) {
	if c.hidden > 0 || c.state.fillHidden {
		return
	}
	b := c.state.ctm.box(0, 0, 1, 1).and(c.state.clip)
	if b.isEmpty() {
		return
	}
	if stencil, _ := c.r.file.resolve(first(d, "ImageMask", "IM")).(bool); stencil {
		c.thin(b)
	}
	c.ground(b, nil)
	width, _ := c.r.file.number(first(d, "Width", "W"))
	height, _ := c.r.file.number(first(d, "Height", "H"))
	if first(d, "SMask", "Mask", "ImageMask", "IM") == nil && c.state.ctm.upright() {
		c.cover(b, gone)
	}
	if !isBackdrop(b, width, height) {
		c.ink(b)
	}
	// A few pixels stretched over the page are a background.
	if width*height > 256 {
		c.pictures.add(b, c.paper)
	}
}

// inlineImage passes over "BI ... ID bytes EI".
func (c *content) inlineImage() error {
	d := dict{}
	for {
		t := c.next()
		if t.kind == endToken {
			return errContent
		}
		if t.kind == wordToken && string(t.bytes) == "ID" {
			break
		}
		if t.kind != nameToken {
			continue
		}
		key := name(t.bytes)
		l := c.r.file.lexer(c.data)
		l.at = c.at
		d[key], _ = l.object()
		c.at = l.at
		if err := c.r.file.lexerError(l); err != nil {
			return err
		}
	}
	c.at++
	c.image(d)
	for {
		if c.at >= len(c.data) {
			return errContent
		}
		i := bytes.Index(c.data[c.at:], []byte("EI"))
		if i < 0 {
			return errContent
		}
		before, after := c.at+i-1, c.at+i+2
		c.at = after
		if (i == 0 || classes[c.data[before]] == 's') && (after >= len(c.data) || classes[c.data[after]] == 's') && isContent(c.data[after:]) {
			return nil
		}
	}
}

var errContent = damaged("页面内容中断", "its content breaks off")

// isContent reports whether what follows looks like operators and not like an image.
func isContent(data []byte) bool {
	for _, b := range data[:min(len(data), 24)] {
		if b >= 0x7F || b < ' ' && classes[b] != 's' || b == 0 {
			return false
		}
	}
	return true
}

// mark is a piece of marked content.
type mark struct {
	hidden bool
	actual string
	from   int // the first glyph within
}

func (c *content) begin(hasProperties bool) error {
	if len(c.marks) >= 4096 {
		return tooLarge("标记内容嵌套过深", "its marked content is nested too deeply")
	}
	m := mark{from: len(c.page.Glyphs)}
	if hasProperties && len(c.operands) >= 2 {
		tag, properties := c.operands[0], c.last()
		v := properties.value
		if properties.kind == nameToken {
			v = c.named("Properties", properties.bytes)
		}
		if string(tag.bytes) == "OC" && c.r.layers.off(c.r.file, v) {
			m.hidden = true
			c.hidden++
		}
		if text, ok := c.r.file.resolve(c.r.file.dict(v)["ActualText"]).(str); ok {
			m.actual = textString(text)
		}
	}
	c.marks = append(c.marks, m)
	return nil
}

func (c *content) end() {
	n := len(c.marks)
	if n == 0 {
		return
	}
	m := c.marks[n-1]
	c.marks = c.marks[:n-1]
	if m.hidden {
		c.hidden--
	}
	if m.actual != "" {
		c.replace(m.from, []rune(m.actual))
	}
}

// replace takes what the document says that glyphs read, where they themselves do
// not tell. Glyphs that tell win: they are what is printed.
func (c *content) replace(from int, text []rune) {
	glyphs := c.page.Glyphs[min(from, len(c.page.Glyphs)):]
	if len(glyphs) == 0 || len(glyphs) != len(text) {
		return
	}
	for i := range glyphs {
		if glyphs[i].Text == unknown {
			if t := character(text[i]); t != "" {
				glyphs[i].Text = t
			}
		}
	}
}

// textString reads a string of the kind that people read.
func textString(s str) string {
	b := []byte(s)
	if len(b) >= 2 && b[0] == 0xFE && b[1] == 0xFF {
		return string(decodeUTF16(append(b[2:len(b):len(b)], make([]byte, len(b)&1)...)))
	}
	if rest, ok := bytes.CutPrefix(b, []byte("\xEF\xBB\xBF")); ok {
		return string(rest)
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = winAnsi[c]
	}
	return string(runes)
}

// coverage is a page in 32 by 32 fields, each bit one that pictures cover.
type coverage [32]uint32

func (c *coverage) add(b, paper box) {
	fields := func(from, to, size float64) (int, int) {
		return int(math.Ceil(from/size*32 - 0.5)), int(math.Floor(to/size*32 - 0.5))
	}
	x0, x1 := fields(b.left, b.right, paper.right)
	y0, y1 := fields(b.top, b.bottom, paper.bottom)
	for y := max(y0, 0); y <= min(y1, 31); y++ {
		for x := max(x0, 0); x <= min(x1, 31); x++ {
			c[y] |= 1 << x
		}
	}
}

// share is the part of the page that pictures cover.
func (c *coverage) share() float64 {
	n := 0
	for _, row := range c {
		for ; row != 0; row &= row - 1 {
			n++
		}
	}
	return float64(n) / (32 * 32)
}

func (p *painter) tooManyGlyphs() error {
	if len(p.page.Glyphs) >= maxPageGlyphs || p.r.glyphs >= maxGlyphs {
		return tooLarge(fmt.Sprintf("字符超过%d个", min(maxPageGlyphs, maxGlyphs)), fmt.Sprintf("it has more than %d characters", min(maxPageGlyphs, maxGlyphs)))
	}
	return nil
}
