package pipeline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// errLocked is what lockFile says when somebody else has the lock.
var errLocked = errors.New("locked")

// folderLock keeps other processes, and other belts of this one, out of a
// folder. The operating system lets it go when the process ends, however it ends.
type folderLock struct{ file *os.File }

func lockFolder(path string) (*folderLock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the belt's lock file: %w", err)
	}
	if err := lockFile(file); err != nil {
		holder := readHolder(file)
		file.Close()
		if errors.Is(err, errLocked) {
			return nil, fmt.Errorf("the belt's folder is in use by %s (lock file %s): wait for it or stop it, or use another data folder", holder, path)
		}
		return nil, fmt.Errorf("lock the belt's folder: %w", err)
	}
	// Who holds the lock is a help to the reader of the message above, no more.
	if file.Truncate(0) == nil {
		file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &folderLock{file}, nil
}

func readHolder(file *os.File) string {
	content, err := io.ReadAll(io.LimitReader(file, 32))
	pid := strings.TrimSpace(string(content))
	if err != nil || pid == "" {
		return "another process"
	}
	if pid == strconv.Itoa(os.Getpid()) {
		return "this same process"
	}
	return "process " + pid
}

func (l *folderLock) release() error {
	if err := l.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("release the belt's lock: %w", err)
	}
	return nil
}
