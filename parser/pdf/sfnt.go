package pdf

import "encoding/binary"

// glyphsOfFont reads, from a TrueType or OpenType font, which character each
// glyph is for: the font's own character map turned round. It is nil when the
// font has none for Unicode.
func glyphsOfFont(font []byte) *table {
	cmapTable := fontTable(font, "cmap")
	if len(cmapTable) < 4 {
		return nil
	}
	glyphs := newTable()
	found := false
	for i := range int(be16(cmapTable, 2)) {
		at := 4 + 8*i
		platform, encoding := be16(cmapTable, at), be16(cmapTable, at+2)
		if platform != 0 && (platform != 3 || encoding != 1 && encoding != 10) {
			continue
		}
		offset := int(be32(cmapTable, at+4))
		if offset >= len(cmapTable) {
			continue
		}
		found = true
		switch sub := cmapTable[offset:]; be16(sub, 0) {
		case 4:
			turnFormat4(sub, glyphs)
		case 12:
			turnFormat12(sub, glyphs)
		}
	}
	if !found {
		return nil
	}
	return glyphs
}

func fontTable(font []byte, tag string) []byte {
	for i := range int(be16(font, 4)) {
		at := 12 + 16*i
		if at+16 > len(font) {
			return nil
		}
		if string(font[at:at+4]) == tag {
			offset, length := int(be32(font, at+8)), int(be32(font, at+12))
			if offset > len(font) {
				return nil
			}
			return font[offset:min(len(font), offset+length)]
		}
	}
	return nil
}

// enter keeps the first character of a glyph, but a unified ideograph rather than
// a radical that looks the same.
func enter(glyphs *table, glyph, r uint32) {
	old, known := glyphs.get(glyph)
	if glyph != 0 && (!known || old >= 0x2E80 && old < 0x2FE0) {
		glyphs.set(glyph, r)
	}
}

func turnFormat4(sub []byte, glyphs *table) {
	count := int(be16(sub, 6)) / 2
	ends, starts, deltas, offsets := 14, 16+2*count, 16+4*count, 16+6*count
	for i := range count {
		end, start := be16(sub, ends+2*i), be16(sub, starts+2*i)
		delta, offset := be16(sub, deltas+2*i), int(be16(sub, offsets+2*i))
		for c := uint32(start); c <= uint32(end) && c < 0xFFFF && glyphs.left > 0; c++ {
			glyph := uint16(c) + delta
			if offset != 0 {
				if glyph = be16(sub, offsets+2*i+offset+2*int(c-uint32(start))); glyph != 0 {
					glyph += delta
				}
			}
			enter(glyphs, uint32(glyph), c)
		}
	}
}

func turnFormat12(sub []byte, glyphs *table) {
	for i := range min(int(be32(sub, 12)), len(sub)/12) {
		start, end, glyph := be32(sub, 16+12*i), be32(sub, 20+12*i), be32(sub, 24+12*i)
		for c := start; c <= end && c <= 0x10FFFF && glyph < 0x10000 && glyphs.left > 0; c++ {
			enter(glyphs, glyph, c)
			glyph++
		}
	}
}

// be16 and be32 read numbers; outside the data they are 0.
func be16(b []byte, at int) uint16 {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return binary.BigEndian.Uint16(b[at:])
}

func be32(b []byte, at int) uint32 {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return binary.BigEndian.Uint32(b[at:])
}
