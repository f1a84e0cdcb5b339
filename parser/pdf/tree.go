package pdf

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
	"gongkai/report"
)

// leaf is a page of the tree with what it inherits; err says why it is none.
type leaf struct {
	dict dict
	err  error
}

// inherited are the attributes that pages take from the branches above them.
var inherited = []name{"Resources", "MediaBox", "CropBox", "Rotate"}

// maxTree bounds the branches within each other.
const maxTree = 64

// leaves walks the tree of pages in their order.
func (r *reader) leaves(catalog dict) ([]leaf, error) {
	var found []leaf
	seen := map[ref]bool{}
	var walk func(v any, above dict, depth int) error
	walk = func(v any, above dict, depth int) error {
		if id, ok := v.(ref); ok {
			if seen[id] {
				return r.brokenTree()
			}
			seen[id] = true
		}
		r.file.err = nil
		d := r.file.dict(v)
		if d == nil || depth > maxTree || len(found) > blocks.MaxPages {
			if err := r.fatal(nil); err != nil || len(found) > blocks.MaxPages {
				return cmp.Or(err, error(errPages))
			}
			err := r.file.err
			if err == nil {
				err = damaged("页面对象缺失", "its object is missing")
			}
			r.file.crooked = true
			found = append(found, leaf{err: err})
			return nil
		}
		kids, isBranch := r.file.resolve(d["Kids"]).(array)
		_, isStream := r.file.resolve(v).(*stream)
		if kind := r.file.name(d["Type"]); !isBranch && (isStream || kind != "Page" && kind != "") {
			found = append(found, leaf{err: damaged("页面树的节点损坏", "a branch of the tree of pages is damaged")})
			return nil
		}
		if !isBranch {
			found = append(found, leaf{dict: merge(d, above)})
			return nil
		}
		own := dict{}
		for _, key := range inherited {
			if v := first(d, key); v != nil {
				own[key] = v
			}
		}
		own = merge(own, above)
		for _, kid := range kids {
			if err := walk(kid, own, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	root := catalog["Pages"]
	if err := walk(root, nil, 0); err != nil {
		return nil, err
	}
	if len(found) > blocks.MaxPages {
		return nil, errPages
	}
	if r.file.dict(r.file.dict(root)["Parent"]) != nil {
		r.file.crooked = true
		r.notes = append(r.notes, report.Text{
			ZH: "文件目录指向页面树的中间，可能缺页",
			EN: "the file's catalog leads into the midst of the tree of pages: pages may be missing",
		})
	}
	if count, ok := r.file.number(r.file.dict(root)["Count"]); ok && int(count) > len(found) {
		r.file.crooked = true
		r.notes = append(r.notes, report.Text{
			ZH: fmt.Sprintf("文件称有%.0f页，只找到%d页", count, len(found)),
			EN: fmt.Sprintf("the file says that it has %.0f pages, only %d are found", count, len(found)),
		})
	}
	if len(found) == 0 {
		return nil, &problem{report.Text{ZH: "没有页面", EN: "it has no pages"}, blocks.ErrEmpty}
	}
	return found, nil
}

var errPages = tooLarge(fmt.Sprintf("超过%d页", blocks.MaxPages), fmt.Sprintf("it has more than %d pages", blocks.MaxPages))

// brokenTree notes once that a page or branch stands in the tree twice.
func (r *reader) brokenTree() error {
	twice := report.Text{ZH: "页面树中有重复的节点，重复部分已忽略", EN: "the tree of pages leads twice to the same place; the second time was ignored"}
	if !slices.Contains(r.notes, twice) {
		r.notes = append(r.notes, twice)
	}
	return nil
}

func merge(d, above dict) dict {
	out := dict{}
	for _, key := range inherited {
		if v := first(above, key); v != nil {
			out[key] = v
		}
	}
	for key, v := range d {
		out[key] = v
	}
	return out
}

// paint reads a page. With an error the page has its number and, if known, its size.
func (r *reader) paint(number int, leaf leaf) (page.Page, error) {
	p := page.Page{Number: number}
	if leaf.err != nil {
		return p, leaf.err
	}
	f := r.file
	f.err = nil
	toPage := r.layout(&p, leaf.dict)
	data, err := r.contents(leaf.dict["Contents"])
	if err != nil {
		return p, err
	}
	w := newPainter(r, &p, toPage)
	if err := w.run(data, f.dict(leaf.dict["Resources"]), 0); err != nil {
		return p, err
	}
	// Bytes that are no operators show up as words that are none.
	if w.strange*10 > w.operators {
		return p, damaged("页面内容无法辨认", "its content is not understood")
	}
	if err := w.annotations(leaf.dict["Annots"], toPage); err != nil {
		return p, err
	}
	w.uncovered()
	w.bars()
	p.Pictured = w.pictures.share()
	r.remark(w, leaf.dict)
	return p, f.err
}

// remark notes what is on the page and not among its glyphs, and what may be.
func (r *reader) remark(w *painter, d dict) {
	_, sized := r.file.numbers(d["MediaBox"], 4)
	for _, remark := range []struct {
		holds  bool
		unread bool // something that belongs to the page's text may be missing
		zh, en string
	}{
		{w.strange > 0, true, fmt.Sprintf("有%d个无法辨认的指令，内容可能不全", w.strange), fmt.Sprintf("has %d instructions that are not understood: it may not be whole", w.strange)},
		{r.file.resolve(d["Contents"]) == nil, true, "没有内容", "has no content"},
		{!sized, false, "没有页面尺寸，按A4处理", "states no size; A4 is assumed"},
		{w.slanted > 0, false, fmt.Sprintf("有%d个倾斜的字符（水印）未读取", w.slanted), fmt.Sprintf("has %d characters written aslant (a watermark), which are left out", w.slanted)},
		{w.covered > 0, false, fmt.Sprintf("有%d个字符被图形或图片遮盖，未读取", w.covered), fmt.Sprintf("has %d characters that shapes or pictures hide, which are left out", w.covered)},
		{w.pale > 0, false, fmt.Sprintf("有%d个白色字符印在白底上，未读取", w.pale), fmt.Sprintf("has %d characters in white on nothing, which are left out", w.pale)},
		{w.missing > 0, true, "引用了文件中没有的图形，内容可能不全", "shows something that is not in the file: it may not be whole"},
		// A page of outlines instead of text looks like this and says nothing.
		{len(w.page.Glyphs) == 0 && w.drawn > 50, true, "没有文字，只有图形：文字可能已转为曲线", "has drawings and no text: its text may have been turned into outlines"},
	} {
		if !remark.holds {
			continue
		}
		note := report.Text{ZH: fmt.Sprintf("第%d页%s", w.page.Number, remark.zh), EN: fmt.Sprintf("page %d %s", w.page.Number, remark.en)}
		r.notes = append(r.notes, note)
		if remark.unread {
			w.page.Unread = w.page.Unread.And(note)
		}
	}
}

// layout finds the visible part of the page and the way from its user space to
// places from the top left corner as shown.
func (r *reader) layout(p *page.Page, d dict) matrix {
	media := r.rectangle(d["MediaBox"], box{0, 0, 595, 842})
	visible := r.rectangle(d["CropBox"], media).and(media)
	if visible.isEmpty() || visible.width() < 1 || visible.height() < 1 {
		visible = media
	}
	scale, ok := r.file.number(d["UserUnit"])
	if !ok || scale <= 0 || scale > 1000 {
		scale = 1
	}
	w, h := visible.width()*scale, visible.height()*scale
	m := matrix{scale, 0, 0, scale, -visible.left * scale, -visible.top * scale}
	turn, _ := r.file.number(d["Rotate"])
	switch (int(math.Mod(turn, 360)) + 360) % 360 {
	case 90:
		p.Width, p.Height = h, w
		return m.then(matrix{0, 1, 1, 0, 0, 0})
	case 180:
		p.Width, p.Height = w, h
		return m.then(matrix{-1, 0, 0, 1, w, 0})
	case 270:
		p.Width, p.Height = h, w
		return m.then(matrix{0, -1, -1, 0, h, w})
	}
	p.Width, p.Height = w, h
	return m.then(matrix{1, 0, 0, -1, 0, h})
}

// rectangle reads a rectangle with the lower left corner first.
func (r *reader) rectangle(v any, missing box) box {
	n, ok := r.file.numbers(v, 4)
	if !ok {
		return missing
	}
	b := empty
	b.add(point{n[0], n[1]})
	b.add(point{n[2], n[3]})
	if !b.finite() || b.width() < 1 || b.height() < 1 {
		return missing
	}
	return b
}

// contents joins the streams of a page.
func (r *reader) contents(v any) ([]byte, error) {
	f := r.file
	list, ok := f.resolve(v).(array)
	if !ok {
		list = array{v}
	}
	var all []byte
	for _, v := range list {
		s, ok := f.resolve(v).(*stream)
		if !ok {
			if f.err != nil {
				return nil, f.err
			}
			if v != nil {
				return nil, damaged("页面内容缺失", "its content is missing")
			}
			continue
		}
		data, err := f.decode(s)
		if err != nil {
			return nil, err
		}
		if len(list) == 1 {
			return data, nil
		}
		if len(all)+len(data) > maxStream {
			return nil, errStreamLarge
		}
		all = append(append(all, data...), '\n')
	}
	return all, f.err
}

// annotations paints what is laid over a page: the values of form fields, stamps,
// remarks.
func (w *painter) annotations(v any, toPage matrix) error {
	f := w.r.file
	for _, v := range f.array(v) {
		d := f.dict(v)
		flags, _ := f.number(d["F"])
		const hidden, noView = 2, 32
		if int(flags)&(hidden|noView) != 0 || f.name(d["Subtype"]) == "Popup" || w.r.layers.off(f, d["OC"]) {
			continue
		}
		look := f.resolve(f.dict(d["AP"])["N"])
		if states, ok := look.(dict); ok {
			look = f.resolve(states[f.name(d["AS"])])
		}
		s, ok := look.(*stream)
		kind := f.name(d["Subtype"])
		if !ok && (drawnByReaders[kind] || kind == "Widget" && f.resolve(d["V"]) != nil) {
			w.state.clip = w.paper
			w.annotated(d["Rect"], toPage)
		}
		place, okPlace := f.numbers(d["Rect"], 4)
		bounds, okBounds := f.numbers(s.entry("BBox"), 4)
		if !ok || !okPlace || !okBounds {
			continue
		}
		m := unit
		if n, ok := f.numbers(s.dict["Matrix"], 6); ok {
			m = matrixOf(n)
		}
		from := m.box(bounds[0], bounds[1], bounds[2], bounds[3])
		to := unit.box(place[0], place[1], place[2], place[3])
		if from.width() == 0 || from.height() == 0 {
			continue
		}
		x, y := to.width()/from.width(), to.height()/from.height()
		w.state = state{ctm: toPage, clip: w.paper, stretch: 1, lineWidth: 1, veiled: markers[kind]}
		w.stack, w.marks, w.hidden = nil, nil, 0
		if err := w.form(s, matrix{x, 0, 0, y, to.left - from.left*x, to.top - from.top*y}, nil, 0); err != nil {
			return err
		}
	}
	return f.err
}

// markers lie over text that can be read through them.
var markers = map[name]bool{"Highlight": true, "Underline": true, "Squiggly": true, "StrikeOut": true}

// drawnByReaders are the remarks that readers draw in their own way where they
// bring no look along.
var drawnByReaders = map[name]bool{
	"FreeText": true, "Ink": true, "Line": true, "Square": true, "Circle": true, "Polygon": true, "PolyLine": true,
	"Stamp": true, "StrikeOut": true,
}

// annotated notes a remark that brings no look along.
func (w *painter) annotated(rect any, toPage matrix) {
	if n, ok := w.r.file.numbers(rect, 4); ok {
		w.ink(toPage.box(n[0], n[1], n[2], n[3]).and(w.paper))
	}
}

func (s *stream) entry(key name) any {
	if s == nil {
		return nil
	}
	return s.dict[key]
}
