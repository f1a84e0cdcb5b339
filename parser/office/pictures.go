package office

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"
)

// Pictures of DOC and RTF have no names. Where one stands alone it becomes a
// block with a number, by which its bytes are found when they are asked for.

// noPicture is the place of a mark that no picture's bytes belong to.
const noPicture = -1

// pictured notes where the bytes of the next picture of the paragraph lie.
func (l *leveled) pictured(place int) { l.places = append(l.places, place) }

// takePlaces ends the paragraph and gives the places of its pictures.
func (l *leveled) takePlaces() []int {
	places := l.places
	l.places = nil
	return places
}

// addPictures adds pictures that stand alone, as many as there are marks. Their
// bytes are known if each mark has its place: a text may hold the same words.
func (l *leveled) addPictures(marks int, places []int) error {
	for i := range marks {
		l.placed = append(l.placed, noPicture)
		if len(places) == marks {
			l.placed[len(l.placed)-1] = places[i]
		}
		if err := l.add(0, node{picture: "#" + strconv.Itoa(len(l.placed))}); err != nil {
			return err
		}
	}
	return nil
}

// inside finds the bytes of a numbered picture; read gets them from their place.
func (l *leveled) inside(read func(place int) []byte) func(reference string) []byte {
	return func(reference string) []byte {
		n, err := strconv.Atoi(strings.TrimPrefix(reference, "#"))
		if err != nil || n < 1 || n > len(l.placed) || l.placed[n-1] == noPicture {
			return nil
		}
		return read(l.placed[n-1])
	}
}

// readable are the first bytes of the kinds of pictures that recognition reads.
// Drawings of Windows, the other kinds in these documents, have none of them.
var readable = []string{"\x89PNG", "\xFF\xD8\xFF"}

func isReadable(picture []byte) bool {
	for _, first := range readable {
		if bytes.HasPrefix(picture, []byte(first)) {
			return true
		}
	}
	return false
}

// docPicture reads the picture at a place of the stream Data: a header of its own
// size, maybe the name of a file, the shape, and the picture in a record of its
// own or of a list of pictures. nil if it is none that is readable.
func docPicture(data []byte, place int) []byte {
	const shapeInFile, listed, pictures, picturesEnd, nameSize, listedHeader = 0x66, 0xF007, 0xF01A, 0xF02A, 33, 36
	size, header := u32(data, place), u16(data, place+4)
	if place > len(data) || size > len(data)-place || header > size {
		return nil
	}
	body := data[place+header : place+size]
	if u16(data, place+6) == shapeInFile && len(body) > 0 {
		body = body[min(1+int(body[0]), len(body)):]
	}
	for len(body) >= 8 {
		kind, size := u16(body, 2), min(u32(body, 4), len(body)-8)
		record := body[8 : 8+size]
		body = body[8+size:]
		switch {
		case kind == listed && size > listedHeader:
			body = record[min(listedHeader+int(record[nameSize]), size):]
		case kind >= pictures && kind < picturesEnd:
			// One or two keys of 16 bytes and a byte stand before the picture.
			for _, keys := range []int{17, 33} {
				if size > keys && isReadable(record[keys:]) {
					return record[keys:]
				}
			}
			return nil
		}
	}
	return nil
}

// rtfPicture reads the picture of the group that the place is in, its bytes as
// digits or as they are. nil if it is none that is readable.
func rtfPicture(data []byte, place int) []byte {
	var digits, picture []byte
	for depth, at := 1, place; at < len(data); {
		c := data[at]
		at++
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == '\\':
			end := at
			for end < len(data) && (data[end] == '-' || data[end]|0x20 >= 'a' && data[end]|0x20 <= 'z' || data[end] >= '0' && data[end] <= '9') {
				end++
			}
			count, isBinary := bytes.CutPrefix(data[at:end], []byte("bin"))
			at = max(end, min(at+1, len(data)))
			if n, err := strconv.Atoi(string(count)); isBinary && err == nil && n >= 0 {
				if at < len(data) && data[at] == ' ' {
					at++
				}
				end = at + min(n, len(data)-at)
				if depth == 1 {
					picture = data[at:end]
				}
				at = end
			}
		case depth == 1 && c > ' ':
			digits = append(digits, c)
		}
		if depth == 0 {
			break
		}
	}
	if picture == nil {
		picture = make([]byte, len(digits)/2)
		if n, err := hex.Decode(picture, digits[:len(digits)/2*2]); err != nil {
			picture = picture[:n]
		}
	}
	if !isReadable(picture) {
		return nil
	}
	return picture
}
