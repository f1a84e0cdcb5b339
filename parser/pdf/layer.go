package pdf

// layers are the optional parts of a document that are not shown.
type layers map[ref]bool

func (f *file) readLayers(catalog dict) layers {
	hidden := layers{}
	properties := f.dict(catalog["OCProperties"])
	standard := f.dict(properties["D"])
	if f.name(standard["BaseState"]) == "OFF" {
		for _, v := range f.array(properties["OCGs"]) {
			if r, ok := v.(ref); ok {
				hidden[r] = true
			}
		}
		for _, v := range f.array(standard["ON"]) {
			if r, ok := v.(ref); ok {
				delete(hidden, r)
			}
		}
	}
	for _, v := range f.array(standard["OFF"]) {
		if r, ok := v.(ref); ok {
			hidden[r] = true
		}
	}
	return hidden
}

// off reports whether what belongs to a layer, or to a membership of layers, is
// not shown.
func (l layers) off(f *file, v any) bool {
	if len(l) == 0 || v == nil {
		return false
	}
	if r, ok := v.(ref); ok && l[r] {
		return true
	}
	d := f.dict(v)
	if f.name(d["Type"]) != "OCMD" {
		return false
	}
	groups, ok := f.resolve(d["OCGs"]).(array)
	if !ok {
		groups = array{d["OCGs"]}
	}
	on, offs := 0, 0
	for _, g := range groups[:min(len(groups), 256)] {
		if r, ok := g.(ref); ok && l[r] {
			offs++
		} else if g != nil {
			on++
		}
	}
	switch f.name(d["P"]) {
	case "AllOn":
		return offs > 0
	case "AnyOff":
		return offs == 0 && on > 0
	case "AllOff":
		return on > 0
	}
	return on == 0 && offs > 0
}
