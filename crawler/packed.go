package crawler

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"
	"path"
)

// isPacked tells by the first bytes whether a file may be an archive. Office
// documents are ZIP archives too; under their own names they are not looked into.
func isPacked(name string) bool {
	switch extensionOf(name) {
	case ".docx", ".docm", ".xlsx", ".xlsm", ".ofd":
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	first := make([]byte, 4)
	_, err = io.ReadFull(f, first)
	return err == nil && bytes.HasPrefix(first, []byte("PK"))
}

func (w *walk) unpacked(name string) (iter.Seq2[Member, error], bool) {
	data, err := os.ReadFile(name)
	if err != nil || int64(len(data)) > w.limit {
		return nil, false // whoever reads the file is told why
	}
	return w.Unpack(data)
}

// members reports the documents in an archive.
func (w *walk) members(archive string, members iter.Seq2[Member, error]) bool {
	documents := 0
	for m, err := range members {
		documents++
		found := Found{Name: path.Join(archive, m.Name), Size: int64(len(m.Data)), Outcome: OK, Data: m.Data, Err: err}
		switch {
		case err != nil:
			found.Outcome, found.Data = Unreadable, nil
		case unwantedName(m.Name) != nil:
			found.Outcome, found.Err, found.Data = Skipped, unwantedName(m.Name), nil
		case len(m.Data) == 0:
			found.Outcome, found.Err = Empty, errors.New("the file has no bytes")
		case found.Size > w.limit:
			found.Outcome, found.Err, found.Data = TooLarge, &TooLargeError{w.limit}, nil
		}
		if !w.tell(found) {
			return false
		}
	}
	if documents == 0 {
		return w.found(archive, 0, Empty, errors.New("the archive holds no documents"))
	}
	return true
}
