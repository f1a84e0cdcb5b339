package parser

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"iter"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/parser/blocks"
	"gongkai/parser/office"
)

// isArchive tells a ZIP archive of documents from one that is a document.
func isArchive(data []byte) bool {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) && !bytes.HasPrefix(data, []byte("PK\x05\x06")) {
		return false
	}
	_, _, isDocument := office.Sniff(data)
	return !isDocument
}

func openZIP(data []byte) (*zip.Reader, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are labels here
		return nil, fmt.Errorf("%w: unpack: %w", ErrDamaged, err)
	}
	return r, nil
}

// unpackZIP yields the files of a ZIP archive one at a time.
func unpackZIP(o *opening, data []byte) iter.Seq2[member, error] {
	return func(yield func(member, error) bool) {
		files, err := o.listZIP(data)
		if err != nil {
			yield(member{}, err)
			return
		}
		for _, f := range files {
			m := member{File: File{Name: memberName(f.Name)}}
			if m.Data, err = o.readMember(f); err != nil {
				err = fmt.Errorf("%s: %w", m.Name, err)
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// listZIP lists the files that may be documents. Sizes are stated in the list, so
// that most bombs are refused before a byte is unpacked.
func (o *opening) listZIP(data []byte) (files []*zip.File, err error) {
	r, err := openZIP(data)
	if err != nil {
		return nil, err
	}
	var stated uint64
	for _, f := range r.File {
		if err := o.part(); err != nil {
			return nil, err
		}
		if isBeside(f) {
			continue
		}
		if f.UncompressedSize64 > maxMember {
			return nil, fmt.Errorf("%w: the file %q in it unfolds to %d bytes, at most %d are read", ErrTooLarge, memberName(f.Name), f.UncompressedSize64, int64(maxMember))
		}
		if stated += f.UncompressedSize64; stated > uint64(max(o.inside, 0)) {
			return nil, fmt.Errorf("%w: the files in it unfold to more than %d bytes", ErrTooLarge, int64(blocks.MaxInside))
		}
		files = append(files, f)
	}
	return files, nil
}

// isBeside tells entries that are no documents: folders, and what file managers
// leave behind.
func isBeside(f *zip.File) bool {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	base := path.Base(name)
	return strings.HasSuffix(name, "/") || f.FileInfo().IsDir() || strings.HasPrefix(name, "__MACOSX/") ||
		strings.HasPrefix(base, ".") || base == "Thumbs.db" || base == "desktop.ini"
}

func (o *opening) readMember(f *zip.File) ([]byte, error) {
	const encrypted = 0x1
	if f.Flags&encrypted != 0 {
		return nil, fmt.Errorf("%w: unpack it and give the files", ErrEncrypted)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: unpack: %w", ErrDamaged, err)
	}
	defer r.Close()
	return o.readAll(r, int64(f.UncompressedSize64)) // listZIP has looked at it
}

// memberName is a label for a file in an archive. Archives made on Chinese Windows
// write names in GBK and do not say so.
func memberName(name string) string {
	if !utf8.ValidString(name) {
		if decoded, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
			name = decoded
		}
	}
	name = strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), `\`, "/")
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '\uFFFD'
		}
		return r
	}, name)
	const longest = 500
	if name = strings.TrimPrefix(path.Clean("/"+name), "/"); len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "") + "…"
	}
	return name
}
