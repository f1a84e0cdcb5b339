package pdf

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// unknown is printed and nobody can say what it is.
const unknown = "\uFFFD"

// font tells, for the codes of strings, what they read and how wide they are.
type font struct {
	toUnicode *cmap
	// Simple fonts.
	encoding *encoding
	widths   []float64
	first    int
	missing  float64
	standard string // the name of a font that every reader has
	// Composite fonts.
	composite bool
	codes     predefined
	cidWidths cidWidths
	cidText   func(cid uint32) string
	// scale is what widths are multiplied with: a thousandth of the size, but in
	// fonts whose glyphs are drawings.
	scale float64
	// em is the height of a line in parts of the size: 1, but in fonts whose
	// glyphs are drawings on another scale.
	em              float64
	ascent, descent float64
	// named means that the encoding itself says what codes read.
	named bool
	// err is why the font cannot be trusted: pages that use it cannot be read.
	err    error
	glyphs map[uint32]*glyph
}

// glyph is what a font says of one code, in parts of the size.
type glyph struct {
	text  string
	width float64
	// Vertical writing: the advance down, and where the glyph's origin for
	// horizontal writing lies from the one for vertical writing.
	down, left, up float64
	space          bool // word spacing applies
}

// maxGlyphKinds bounds the descriptions of glyphs that a document keeps; what is
// beyond is described anew each time.
const maxGlyphKinds = 300_000

// fontKinds are the kinds of fonts; of any other nobody knows what its codes mean.
var fontKinds = map[name]bool{"Type0": true, "Type1": true, "MMType1": true, "TrueType": true, "Type3": true}

// font reads a font of a resource dictionary, once for each object.
func (r *reader) font(v any) *font {
	id, isRef := v.(ref)
	if f, ok := r.fonts[id]; isRef && ok {
		return f
	}
	f := r.noFont
	if d := r.file.dict(v); fontKinds[r.file.name(d["Subtype"])] {
		before := r.file.err
		r.file.err = nil
		f = r.readFont(d)
		f.err = r.file.err
		r.file.err = before
	}
	if isRef {
		r.fonts[id] = f
	}
	return f
}

func (r *reader) readFont(d dict) *font {
	f := &font{scale: 0.001, em: 1, glyphs: map[uint32]*glyph{}}
	switch v := r.file.resolve(d["ToUnicode"]).(type) {
	case *stream:
		m, err := r.file.readCMap(v, 4)
		if err != nil {
			r.file.fail(err)
		}
		f.toUnicode = m
	case name:
		if p, ok := findPredefined(v); ok && p.cmap.identity {
			f.toUnicode = p.cmap
		}
	}
	if r.file.name(d["Subtype"]) == "Type0" {
		r.readComposite(f, d)
	} else {
		r.readSimple(f, d)
	}
	return f
}

func (r *reader) readSimple(f *font, d dict) {
	for _, v := range r.file.array(d["Widths"]) {
		width, _ := r.file.number(v)
		if len(f.widths) == 256 || !r.file.spend(1) {
			break
		}
		f.widths = append(f.widths, width)
	}
	first, _ := r.file.number(d["FirstChar"])
	f.first = int(first)
	descriptor := r.file.dict(d["FontDescriptor"])
	f.missing, _ = r.file.number(descriptor["MissingWidth"])
	if f.widths == nil {
		f.standard = string(r.file.name(d["BaseFont"]))
	}
	f.setHeight(r.file, descriptor)
	f.encoding = r.simpleEncoding(d, descriptor)
	f.named = r.obeysEncoding(d, descriptor)
	if r.file.name(d["Subtype"]) == "Type3" {
		r.scaleDrawings(f, d)
	}
}

// scaleDrawings reads how large the drawings are that a font has for glyphs. Some
// programs draw them on a scale of their own and set the font in size 1.
func (r *reader) scaleDrawings(f *font, d dict) {
	m, ok := r.file.numbers(d["FontMatrix"], 6)
	if !ok {
		return
	}
	f.scale = math.Hypot(m[0], m[1])
	if b, ok := r.file.numbers(d["FontBBox"], 4); ok {
		if height := math.Abs(b[3]-b[1]) * math.Hypot(m[2], m[3]); height > 3 || height > 0 && height < 0.3 {
			f.em = height
			f.ascent, f.descent = f.ascent*height, f.descent*height
		}
	}
}

// obeysEncoding reports whether readers draw the characters that the font's
// encoding names: not in fonts of symbols, nor where each glyph is a drawing.
func (r *reader) obeysEncoding(d, descriptor dict) bool {
	flags, _ := r.file.number(descriptor["Flags"])
	return r.file.resolve(d["Encoding"]) != nil && r.file.name(d["Subtype"]) != "Type3" && int(flags)&4 == 0
}

// simpleEncoding is the encoding that the font names, with its differences. An
// embedded font that names none has one of its own.
func (r *reader) simpleEncoding(d, descriptor dict) *encoding {
	var e encoding
	v := r.file.resolve(d["Encoding"])
	base, _ := v.(name)
	if named := dictOf(v); named != nil {
		base = r.file.name(named["BaseEncoding"])
	}
	if known := encodingOf(base); known != nil {
		e = *known
	} else {
		e = *r.builtInEncoding(d, descriptor)
	}
	code := 0
	for _, v := range r.file.array(dictOf(v)["Differences"]) {
		if !r.file.spend(1) {
			break
		}
		switch v := r.file.resolve(v).(type) {
		case int:
			code = v
		case name:
			if code >= 0 && code < 256 {
				e[code], _ = glyphRune(string(v))
			}
			code++
		}
	}
	return &e
}

var noEncoding encoding

func (r *reader) builtInEncoding(d, descriptor dict) *encoding {
	flags, _ := r.file.number(descriptor["Flags"])
	symbolic := int(flags)&4 != 0
	subtype, base := r.file.name(d["Subtype"]), string(r.file.name(d["BaseFont"]))
	switch {
	case subtype == "Type3", strings.Contains(base, "Symbol"), strings.Contains(base, "Dingbats"):
		return &noEncoding
	case descriptor["FontFile"] != nil:
		if s, ok := r.file.resolve(descriptor["FontFile"]).(*stream); ok {
			if program, err := r.file.decode(s); err == nil {
				return type1Encoding(program)
			}
		}
		return &noEncoding
	case symbolic && first(descriptor, "FontFile2", "FontFile3") != nil:
		return &noEncoding
	}
	return standard
}

// type1Encoding reads "dup 65 /A put" from the clear part of a Type 1 program.
func type1Encoding(program []byte) *encoding {
	program = program[:min(len(program), 64<<10)]
	if i := bytes.Index(program, []byte("eexec")); i >= 0 {
		program = program[:i]
	}
	i := bytes.Index(program, []byte("/Encoding"))
	if i < 0 {
		return &noEncoding
	}
	l := lexer{data: program[i+len("/Encoding"):]}
	if t := l.next(); t.kind == wordToken && string(t.bytes) == "StandardEncoding" {
		return standard
	}
	var e encoding
	for {
		t := l.next()
		if t.kind == endToken || t.kind == wordToken && (string(t.bytes) == "def" || string(t.bytes) == "readonly") {
			return &e
		}
		if t.kind != wordToken || string(t.bytes) != "dup" {
			continue
		}
		if code, glyph := l.next(), l.next(); code.kind == numberToken && glyph.kind == nameToken && code.n >= 0 && code.n < 256 {
			e[int(code.n)], _ = glyphRune(string(glyph.bytes))
		}
	}
}

// setHeight takes ascent and descent, within what writing looks like: some fonts
// state the height of their tallest sign, some state 0.
func (f *font) setHeight(file *file, descriptor dict) {
	ascent, _ := file.number(descriptor["Ascent"])
	descent, _ := file.number(descriptor["Descent"])
	if f.ascent = ascent / 1000; ascent == 0 {
		f.ascent = 0.88
	}
	if f.descent = -math.Abs(descent) / 1000; descent == 0 {
		f.descent = -0.12
	}
	f.ascent = min(max(f.ascent, 0.7), 0.95)
	f.descent = min(max(f.descent, -0.25), -0.1)
}

func (r *reader) readComposite(f *font, d dict) {
	f.composite = true
	var inner dict
	if list := r.file.array(d["DescendantFonts"]); len(list) > 0 {
		inner = r.file.dict(list[0])
	}
	descriptor := r.file.dict(inner["FontDescriptor"])
	f.setHeight(r.file, descriptor)
	f.cidWidths = r.readCIDWidths(inner)
	switch v := r.file.resolve(d["Encoding"]).(type) {
	case name:
		p, known := findPredefined(v)
		if !known {
			// Two bytes a code is what all maps but a few have.
			p.cmap = &cmap{spaces: twoBytes, codes: newTable(), vertical: strings.HasSuffix(string(v), "V")}
		}
		f.codes = p
	case *stream:
		m, err := r.file.readCMap(v, 4)
		if err != nil {
			r.file.fail(err)
		}
		f.codes.cmap = m
	}
	if f.codes.cmap == nil {
		f.codes.cmap = &cmap{spaces: twoBytes, codes: newTable()}
	}
	system := r.file.dict(inner["CIDSystemInfo"])
	ordering, _ := r.file.resolve(system["Ordering"]).(str)
	f.cidText = r.cidTexts(string(ordering), inner, descriptor)
}

// cidTexts tells what CIDs read when no ToUnicode map does: by Adobe's list of
// characters, or by the embedded font's own map of glyphs.
func (r *reader) cidTexts(ordering string, inner, descriptor dict) func(uint32) string {
	if ordering == "GB1" {
		texts := packed["Adobe-GB1-UCS2"]().codes
		return func(cid uint32) string {
			c, ok := texts.get(cid)
			if !ok {
				return ""
			}
			return character(rune(c))
		}
	}
	var glyphs *table
	var toGlyph []byte
	ready := false
	return func(cid uint32) string {
		if !ready {
			ready = true
			glyphs, toGlyph = r.embeddedGlyphs(inner, descriptor)
		}
		if glyphs == nil {
			return ""
		}
		if toGlyph != nil {
			cid = uint32(be16(toGlyph, 2*int(cid)))
		}
		c, ok := glyphs.get(cid)
		if !ok {
			return ""
		}
		return character(rune(c))
	}
}

func (r *reader) embeddedGlyphs(inner, descriptor dict) (glyphs *table, toGlyph []byte) {
	// In a CFF font the CIDs need not be the numbers of glyphs.
	s, ok := r.file.resolve(descriptor["FontFile2"]).(*stream)
	if !ok {
		return nil, nil
	}
	program, err := r.file.decode(s)
	if err != nil {
		return nil, nil
	}
	if s, ok := r.file.resolve(inner["CIDToGIDMap"]).(*stream); ok {
		if toGlyph, err = r.file.decode(s); err != nil {
			return nil, nil
		}
	}
	return glyphsOfFont(program), toGlyph
}

// cidWidths are the widths of a composite font in thousandths.
type cidWidths struct {
	standard   float64
	single     map[uint32]float64
	ranges     []widthRange
	down, orig float64 // vertical writing: the advance, and the height of the origin
}

type widthRange struct {
	first, last uint32
	width       float64
}

func (r *reader) readCIDWidths(inner dict) cidWidths {
	w := cidWidths{standard: 1000, single: map[uint32]float64{}, down: -1000, orig: 880}
	if n, ok := r.file.number(inner["DW"]); ok {
		w.standard = n
	}
	if v, ok := r.file.numbers(inner["DW2"], 2); ok {
		w.orig, w.down = v[0], v[1]
	}
	list := r.file.array(inner["W"])
	for len(list) >= 2 && r.file.spend(1) {
		first, _ := r.file.number(list[0])
		if widths, ok := r.file.resolve(list[1]).(array); ok {
			for i, v := range widths {
				if !r.file.spend(1) {
					break
				}
				if n, ok := r.file.number(v); ok {
					w.single[uint32(first)+uint32(i)] = n
				}
			}
			list = list[2:]
			continue
		}
		if len(list) < 3 {
			break
		}
		last, _ := r.file.number(list[1])
		width, _ := r.file.number(list[2])
		w.ranges = append(w.ranges, widthRange{uint32(first), uint32(last), width})
		list = list[3:]
	}
	slices.SortStableFunc(w.ranges, func(a, b widthRange) int { return int(int64(a.first) - int64(b.first)) })
	return w
}

func (w *cidWidths) of(cid uint32) float64 {
	if width, ok := w.single[cid]; ok {
		return width
	}
	i, found := slices.BinarySearchFunc(w.ranges, cid, func(r widthRange, cid uint32) int { return int(int64(r.first) - int64(cid)) })
	if !found {
		i--
	}
	if i >= 0 && i < len(w.ranges) && cid <= w.ranges[i].last {
		return w.ranges[i].width
	}
	return w.standard
}

// next describes the first code of a string and says how many bytes it takes.
func (r *reader) glyph(f *font, s []byte) (*glyph, int) {
	code, length := uint32(s[0]), 1
	if f.composite {
		code, length = f.codes.cmap.next(s)
	}
	key := code<<3 | uint32(length)
	if g, ok := f.glyphs[key]; ok && code < 1<<29 {
		return g, length
	}
	g := f.describe(code)
	g.space = code == ' ' && length == 1
	if code < 1<<29 && r.glyphKinds < maxGlyphKinds {
		r.glyphKinds++
		f.glyphs[key] = g
	}
	return g, length
}

func (f *font) describe(code uint32) *glyph {
	g := &glyph{}
	if f.toUnicode != nil {
		g.text = f.toUnicode.text(code)
	}
	if f.composite {
		f.describeComposite(code, g)
	} else {
		f.describeSimple(int(code), g)
	}
	if g.text == "" {
		g.text = unknown
	}
	return g
}

func (f *font) describeSimple(code int, g *glyph) {
	r := f.encoding[code]
	switch {
	case r == 0:
	case g.text == "":
		g.text = character(r)
	case f.named && contradicts(g.text, character(r)):
		g.text = unknown
	}
	width := f.missing
	if i := code - f.first; i >= 0 && i < len(f.widths) {
		width = f.widths[i]
	} else if f.standard != "" {
		width = standardWidth(f.standard, r)
	}
	g.width = width * f.scale
}

// contradicts reports whether two sources say that a code is two different digits.
// Then it cannot be told what readers see.
func contradicts(one, other string) bool {
	isDigit := func(s string) bool {
		r, size := utf8.DecodeRuneInString(s)
		return size == len(s) && unicode.IsDigit(r)
	}
	return one != other && isDigit(one) && isDigit(other) && norm.NFKC.String(one) != norm.NFKC.String(other)
}

func (f *font) describeComposite(code uint32, g *glyph) {
	cid, known := f.codes.cid(code)
	own := ""
	switch {
	case f.codes.scalar != nil:
		own = character(f.codes.scalar(code))
	case f.codes.text != nil:
		own = f.codes.text(code)
	case known && g.text == "":
		own = f.cidText(cid)
	}
	switch {
	case g.text == "":
		g.text = own
	case contradicts(g.text, own):
		g.text = unknown
	}
	width := f.cidWidths.standard
	if known {
		width = f.cidWidths.of(cid)
	}
	g.width = width / 1000
	if f.codes.cmap.vertical {
		g.down, g.left, g.up = f.cidWidths.down/1000, g.width/2, f.cidWidths.orig/1000
	}
}
