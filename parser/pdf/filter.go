package pdf

import (
	"bytes"
	late "compress/lzw"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"io"

	"github.com/klauspost/compress/flate"
	tiff "golang.org/x/image/tiff/lzw"

	"gongkai/parser/blocks"
)

// decode unfolds a stream. A stream that is damaged in any part gives an error:
// half a content stream is half a table.
func (f *file) decode(s *stream) ([]byte, error) {
	data := s.raw
	if f.lock != nil {
		var err error
		if data, err = f.lock.stream(s); err != nil {
			return nil, err
		}
	}
	filters, parms := f.filters(s.dict)
	if len(filters) > 8 {
		return nil, damaged("过滤器过多", "a stream has too many filters")
	}
	for i, filter := range filters {
		var err error
		if data, err = f.unfold(data, filter, parms[i]); err != nil {
			return nil, err
		}
		if filter == "FlateDecode" || filter == "Fl" || filter == "LZWDecode" || filter == "LZW" {
			if data, err = f.unpredict(data, parms[i]); err != nil {
				return nil, err
			}
		}
		if f.unfolded += len(data); f.unfolded > blocks.MaxInside {
			return nil, errUnfolded
		}
	}
	return data, nil
}

func (f *file) filters(d dict) ([]name, []dict) {
	filter, parm := f.resolve(first(d, "Filter", "F")), f.resolve(first(d, "DecodeParms", "DP"))
	list, ok := filter.(array)
	if !ok {
		if filter == nil {
			return nil, nil
		}
		list = array{filter}
	}
	all, isArray := parm.(array)
	names, parms := make([]name, len(list)), make([]dict, len(list))
	for i, v := range list {
		names[i] = f.name(v)
		switch {
		case isArray && i < len(all):
			parms[i] = f.dict(all[i])
		case !isArray && i == 0:
			parms[i] = dictOf(parm)
		}
	}
	return names, parms
}

func first(d dict, keys ...name) any {
	for _, key := range keys {
		if v, ok := d[key]; ok {
			return v
		}
	}
	return nil
}

func (f *file) unfold(data []byte, filter name, parms dict) ([]byte, error) {
	switch filter {
	case "FlateDecode", "Fl":
		return f.inflate.all(data)
	case "LZWDecode", "LZW":
		return lzw(data, f.resolve(parms["EarlyChange"]) != 0)
	case "ASCII85Decode", "A85":
		return ascii85(data), nil
	case "ASCIIHexDecode", "AHx":
		l := lexer{data: append([]byte("<"), data...)}
		return bytes.Clone(l.hex().bytes), nil
	case "RunLengthDecode", "RL":
		return unpackRuns(data)
	case "Crypt":
		return data, nil
	}
	return nil, unsupported("不支持的过滤器"+string(filter), "streams packed with "+string(filter)+" are not read")
}

var (
	errStream      = damaged("数据流损坏", "a stream is damaged")
	errStreamLarge = tooLarge(fmt.Sprintf("一个数据流解压后超过%d字节", maxStream), fmt.Sprintf("a stream unfolds to more than %d bytes", maxStream))
)

// inflater keeps its tables from stream to stream.
type inflater struct{ r io.ReadCloser }

// all unfolds a zlib stream and checks its sum. A missing sum is let pass, a
// wrong one is not: the bytes are then others than those that were written.
func (z *inflater) all(data []byte) ([]byte, error) {
	data = bytes.TrimLeft(data, "\r\n")
	if len(data) < 2 || data[0]&0x0F != 8 || (int(data[0])<<8|int(data[1]))%31 != 0 {
		return nil, errStream
	}
	source := bytes.NewReader(data[2:])
	if z.r == nil {
		z.r = flate.NewReader(source)
	} else if err := z.r.(flate.Resetter).Reset(source, nil); err != nil {
		return nil, errStream
	}
	var out bytes.Buffer
	out.Grow(min(4*len(data), 1<<20))
	n, err := io.Copy(&out, io.LimitReader(z.r, maxStream+1))
	if n > maxStream {
		return nil, errStreamLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errStream
	}
	if rest := data[len(data)-source.Len():]; len(rest) >= 4 && binary.BigEndian.Uint32(rest) != adler32.Checksum(out.Bytes()) {
		return nil, errStream
	}
	return out.Bytes(), nil
}

// unpredict undoes the predictors of PNG and TIFF.
func (f *file) unpredict(data []byte, parms dict) ([]byte, error) {
	number := func(key name, missing int) int {
		if n, ok := f.resolve(parms[key]).(int); ok {
			return n
		}
		return missing
	}
	predictor := number("Predictor", 1)
	if predictor <= 1 {
		return data, nil
	}
	colors, bits, columns := number("Colors", 1), number("BitsPerComponent", 8), number("Columns", 1)
	if colors < 1 || colors > 32 || bits < 1 || bits > 16 || columns < 1 || columns > 1<<24 {
		return nil, errStream
	}
	pixel, row := max(1, colors*bits/8), (colors*bits*columns+7)/8
	if predictor == 2 {
		if bits != 8 {
			return nil, unsupported("不支持的预测器", "a predictor of this kind is not read")
		}
		out := bytes.Clone(data)
		for start := 0; start < len(out); start += row {
			line := out[start:min(len(out), start+row)]
			for i := pixel; i < len(line); i++ {
				line[i] += line[i-pixel]
			}
		}
		return out, nil
	}
	return unPNG(data, pixel, row)
}

func unPNG(data []byte, pixel, row int) ([]byte, error) {
	out := make([]byte, 0, len(data))
	var above []byte
	for len(data) > 0 {
		kind := data[0]
		start := len(out)
		out = append(out, data[1:min(len(data), 1+row)]...)
		data = data[min(len(data), 1+row):]
		line := out[start:]
		for i := range line {
			var left, up, corner int
			if i >= pixel {
				left = int(line[i-pixel])
			}
			if i < len(above) {
				up = int(above[i])
				if i >= pixel {
					corner = int(above[i-pixel])
				}
			}
			switch kind {
			case 0:
			case 1:
				line[i] += byte(left)
			case 2:
				line[i] += byte(up)
			case 3:
				line[i] += byte((left + up) / 2)
			case 4:
				line[i] += byte(paeth(left, up, corner))
			default:
				return nil, errStream
			}
		}
		above = line
	}
	return out, nil
}

func paeth(left, up, corner int) int {
	distance := func(a int) int { return max(left+up-corner-a, a-(left+up-corner)) }
	switch l, u, c := distance(left), distance(up), distance(corner); {
	case l <= u && l <= c:
		return left
	case u <= c:
		return up
	}
	return corner
}

// lzw unfolds the LZW of PDF, whose codes grow one code early, as in TIFF, unless
// the stream says otherwise. A stream need not say where it ends.
func lzw(data []byte, early bool) ([]byte, error) {
	open := late.NewReader
	if early {
		open = func(r io.Reader, _ late.Order, width int) io.ReadCloser { return tiff.NewReader(r, tiff.MSB, width) }
	}
	r := open(bytes.NewReader(data), late.MSB, 8)
	defer r.Close()
	out, err := io.ReadAll(io.LimitReader(r, maxStream+1))
	switch {
	case len(out) > maxStream:
		return nil, errStreamLarge
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errStream
	}
	return out, nil
}

func ascii85(data []byte) []byte {
	data, _, _ = bytes.Cut(bytes.TrimPrefix(data, []byte("<~")), []byte("~"))
	out := make([]byte, 0, len(data)*4/5+4)
	var group uint32
	n := 0
	for _, b := range data {
		switch {
		case b == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case b >= '!' && b <= 'u':
			group = group*85 + uint32(b-'!')
			if n++; n == 5 {
				out = binary.BigEndian.AppendUint32(out, group)
				group, n = 0, 0
			}
		}
	}
	if n > 1 {
		for i := n; i < 5; i++ {
			group = group*85 + 84
		}
		out = append(out, binary.BigEndian.AppendUint32(nil, group)[:n-1]...)
	}
	return out
}

func unpackRuns(data []byte) ([]byte, error) {
	var out []byte
	for i := 0; i < len(data) && data[i] != 128; {
		n := int(data[i])
		i++
		if n < 128 {
			end := min(len(data), i+n+1)
			out = append(out, data[i:end]...)
			i = end
		} else if i < len(data) {
			out = append(out, bytes.Repeat(data[i:i+1], 257-n)...)
			i++
		}
		if len(out) > maxStream {
			return nil, errStreamLarge
		}
	}
	return out, nil
}
