package parser_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strconv"
)

// mutation damages a copy of a document.
type mutation struct {
	name string
	make func(rng *rand.Rand, data []byte) []byte
}

// anywhere are the mutations of bytes that know no format.
var anywhere = []mutation{
	{"bits flipped", func(rng *rand.Rand, data []byte) []byte {
		for range 1 + rng.IntN(20) {
			data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
		}
		return data
	}},
	{"cut short", func(rng *rand.Rand, data []byte) []byte { return data[:rng.IntN(len(data))] }},
	{"piece deleted", func(rng *rand.Rand, data []byte) []byte {
		from, to := piece(rng, data)
		return append(data[:from:from], data[to:]...)
	}},
	{"piece randomised", func(rng *rand.Rand, data []byte) []byte {
		from, to := piece(rng, data)
		for i := from; i < to; i++ {
			data[i] = byte(rng.IntN(256))
		}
		return data
	}},
	{"piece zeroed", func(rng *rand.Rand, data []byte) []byte {
		from, to := piece(rng, data)
		clear(data[from:to])
		return data
	}},
	{"piece twice", func(rng *rand.Rand, data []byte) []byte {
		from, to := piece(rng, data)
		return bytes.Join([][]byte{data[:to], data[from:]}, nil)
	}},
	{"pieces swapped", func(rng *rand.Rand, data []byte) []byte {
		a, b := piece(rng, data)
		at := rng.IntN(len(data) - (b - a) + 1)
		other := append([]byte(nil), data[at:at+b-a]...)
		copy(data[at:], append([]byte(nil), data[a:b]...))
		copy(data[a:], other)
		return data
	}},
	{"digits changed", func(rng *rand.Rand, data []byte) []byte {
		for range 1 + rng.IntN(10) {
			for i, from := 0, rng.IntN(len(data)); i < len(data); i++ {
				if at := (from + i) % len(data); data[at] >= '0' && data[at] <= '9' {
					data[at] = byte('0' + rng.IntN(10))
					break
				}
			}
		}
		return data
	}},
	{"numbers made huge", func(rng *rand.Rand, data []byte) []byte {
		all := number.FindAllIndex(data, 20_000)
		if len(all) == 0 {
			return data
		}
		at := all[rng.IntN(len(all))]
		return bytes.Join([][]byte{data[:at[0]], []byte("99999999999"), data[at[1]:]}, nil)
	}},
	{"words set to an extreme", func(rng *rand.Rand, data []byte) []byte {
		for range 1 + rng.IntN(4) {
			if at := rng.IntN(len(data)) &^ 3; at+4 <= len(data) {
				extremes := []uint32{0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE, 0x80000000, 0xFFFF}
				binary.LittleEndian.PutUint32(data[at:], extremes[rng.IntN(len(extremes))])
			}
		}
		return data
	}},
}

var number = regexp.MustCompile(`\d+`)

// piece is some part of the data, mostly a small one.
func piece(rng *rand.Rand, data []byte) (from, to int) {
	longest := []int{8, 64, 512, 4096, len(data)}[rng.IntN(5)]
	from = rng.IntN(len(data))
	return from, min(len(data), from+1+rng.IntN(longest))
}

// mutate damages a copy of a document: somewhere, or inside what is compressed.
func mutate(rng *rand.Rand, sound []byte) (damaged []byte, how string) {
	data := append([]byte(nil), sound...)
	var inner []mutation
	switch {
	case bytes.HasPrefix(data, []byte("PK")):
		inner = inArchives
	case bytes.HasPrefix(data, []byte("%PDF")):
		inner = inPDFs
	case bytes.HasPrefix(data, []byte("\xD0\xCF")):
		inner = inContainers
	}
	from := anywhere
	if len(inner) > 0 && rng.IntN(3) > 0 {
		from = inner
	}
	m := from[rng.IntN(len(from))]
	return m.make(rng, data), m.name
}

func mutateAnywhere(rng *rand.Rand, data []byte) []byte {
	if len(data) == 0 {
		return data
	}
	return anywhere[rng.IntN(len(anywhere))].make(rng, data)
}

// inArchives are mutations of the files in an archive; their check sums are right
// afterwards, so that the damage reaches whoever reads them.
var inArchives = []mutation{
	{"member damaged", onMembers(func(rng *rand.Rand, members []member) []member {
		i := rng.IntN(len(members))
		members[i].data = mutateAnywhere(rng, members[i].data)
		return members
	})},
	{"largest member damaged", onMembers(func(rng *rand.Rand, members []member) []member {
		largest := 0
		for i := range members {
			if len(members[i].data) > len(members[largest].data) {
				largest = i
			}
		}
		members[largest].data = mutateAnywhere(rng, members[largest].data)
		return members
	})},
	{"member missing", onMembers(func(rng *rand.Rand, members []member) []member {
		i := rng.IntN(len(members))
		return append(members[:i], members[i+1:]...)
	})},
	{"member twice", onMembers(func(rng *rand.Rand, members []member) []member {
		m := members[rng.IntN(len(members))]
		m.data = mutateAnywhere(rng, append([]byte(nil), m.data...))
		return append(members, m)
	})},
	{"members under other names", onMembers(func(rng *rand.Rand, members []member) []member {
		i, j := rng.IntN(len(members)), rng.IntN(len(members))
		members[i].name, members[j].name = members[j].name, members[i].name
		return members
	})},
}

type member struct {
	name string
	data []byte
}

func onMembers(change func(rng *rand.Rand, members []member) []member) func(*rand.Rand, []byte) []byte {
	return func(rng *rand.Rand, data []byte) []byte {
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			panic(err) // the seed is sound
		}
		var members []member
		for _, f := range r.File {
			in, err := f.Open()
			if err != nil {
				panic(err)
			}
			content, err := io.ReadAll(in)
			if err != nil {
				panic(err)
			}
			members = append(members, member{f.Name, content})
		}
		return pack(change(rng, members))
	}
}

func pack(members []member) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m.name)
		if err != nil {
			panic(err)
		}
		w.Write(m.data) // a buffer takes everything
	}
	z.Close()
	return b.Bytes()
}

// inPDFs are mutations of the objects of a PDF.
var inPDFs = []mutation{
	{"stream damaged inside", damageStream},
	{"stream damaged inside", damageStream},
	{"objects renumbered", func(rng *rand.Rand, data []byte) []byte { return swapNumbers(rng, data, object) }},
	{"references exchanged", func(rng *rand.Rand, data []byte) []byte { return swapNumbers(rng, data, reference) }},
	{"name misspelt", func(rng *rand.Rand, data []byte) []byte {
		all := pdfName.FindAllIndex(data, 20_000)
		if len(all) > 0 {
			at := all[rng.IntN(len(all))]
			data[at[0]+1+rng.IntN(at[1]-at[0]-1)] = byte('A' + rng.IntN(26))
		}
		return data
	}},
	{"number in an object changed", func(rng *rand.Rand, data []byte) []byte {
		all := pdfNumber.FindAllSubmatchIndex(data, 20_000)
		if len(all) == 0 {
			return data
		}
		at := all[rng.IntN(len(all))]
		values := []string{"0", "-1", "1", "2147483648", "99999999999999999999", "1e9", "0.0000001", "NaN"}
		return bytes.Join([][]byte{data[:at[2]], []byte(values[rng.IntN(len(values))]), data[at[3]:]}, nil)
	}},
}

var (
	object    = regexp.MustCompile(`(\d+) 0 obj`)
	reference = regexp.MustCompile(`(\d+) 0 R`)
	pdfName   = regexp.MustCompile(`/[A-Z][A-Za-z0-9]+`)
	pdfNumber = regexp.MustCompile(`/[A-Z][A-Za-z0-9]+[ \[]+(-?\d+)`)
	stream    = regexp.MustCompile(`stream\r?\n`)
)

func swapNumbers(rng *rand.Rand, data []byte, pattern *regexp.Regexp) []byte {
	all := pattern.FindAllSubmatchIndex(data, 20_000)
	if len(all) < 2 {
		return data
	}
	a, b := all[rng.IntN(len(all))], all[rng.IntN(len(all))]
	if a[2] > b[2] {
		a, b = b, a
	}
	if a[2] == b[2] {
		return data
	}
	return bytes.Join([][]byte{data[:a[2]], data[b[2]:b[3]], data[a[3]:b[2]], data[a[2]:a[3]], data[b[3]:]}, nil)
}

// damageStream unfolds a stream, damages it and folds it again. What is shorter
// than before is filled up, so that all else stays in its place.
func damageStream(rng *rand.Rand, data []byte) []byte {
	all := stream.FindAllIndex(data, 2_000)
	if len(all) == 0 {
		return data
	}
	at := all[rng.IntN(len(all))][1]
	length := bytes.Index(data[at:], []byte("endstream"))
	if length < 0 {
		return data
	}
	z, err := zlib.NewReader(bytes.NewReader(data[at : at+length]))
	if err != nil {
		return mutateAnywhere(rng, data) // not compressed, or encrypted
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return mutateAnywhere(rng, data)
	}
	var folded bytes.Buffer
	w, _ := zlib.NewWriterLevel(&folded, zlib.BestCompression)
	w.Write(mutateAnywhere(rng, plain))
	w.Close()
	if free := length - folded.Len(); free > 0 {
		folded.Write(make([]byte, free))
	}
	return bytes.Join([][]byte{data[:at], folded.Bytes(), data[at+length:]}, nil)
}

// inContainers are mutations of OLE containers, which are made of sectors.
var inContainers = []mutation{
	{"sectors swapped", func(rng *rand.Rand, data []byte) []byte {
		count := len(data) / sector
		a, b := data[rng.IntN(count)*sector:][:sector], data[rng.IntN(count)*sector:][:sector]
		kept := append([]byte(nil), a...)
		copy(a, b)
		copy(b, kept)
		return data
	}},
	{"header damaged", func(rng *rand.Rand, data []byte) []byte {
		for range 1 + rng.IntN(3) {
			data[8+rng.IntN(sector-8)] = byte(rng.IntN(256))
		}
		return data
	}},
	{"sector damaged", func(rng *rand.Rand, data []byte) []byte {
		at := rng.IntN(len(data)/sector) * sector
		copy(data[at:at+sector], mutateAnywhere(rng, append([]byte(nil), data[at:at+sector]...)))
		return data
	}},
	{"small numbers changed", func(rng *rand.Rand, data []byte) []byte {
		for range 1 + rng.IntN(8) {
			if at := rng.IntN(len(data)); data[at] < 64 {
				data[at] = byte(rng.IntN(64))
			}
		}
		return data
	}},
}

const sector = 512

func itoa(n int) string { return strconv.Itoa(n) }

func sprintf(format string, args ...any) []byte { return fmt.Appendf(nil, format, args...) }
