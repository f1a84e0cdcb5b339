package pipeline

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const (
	// maxMessage is the largest message of the embedded server. The belt's own
	// messages have some 10 KB; this leaves room for a report full of noise.
	maxMessage = 8 << 20
	// maxUnsent is how much the server may hold for a slow reader in this process.
	maxUnsent = 256 << 20
	// startLimit is how long the server may take to read its folder.
	startLimit = time.Minute
)

// embedded is a NATS server inside this process, reachable from nowhere else.
type embedded struct {
	*server.Server
	lock *folderLock
	log  *serverLog
}

func startEmbedded(config Config) (*embedded, error) {
	if err := os.MkdirAll(config.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("create the belt's folder: %w", err)
	}
	lock, err := lockFolder(filepath.Join(config.Dir, "lock"))
	if err != nil {
		return nil, err
	}
	log := &serverLog{log: config.Log}
	s, err := server.NewServer(&server.Options{
		ServerName: "gongkai", DontListen: true, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: config.Dir, SyncAlways: config.Sync,
		// Streams have their own bounds; a full disk answers for itself.
		JetStreamMaxStore: 1 << 50,
		MaxPayload:        maxMessage, MaxPending: maxUnsent,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the embedded NATS server: %w", err), lock.release())
	}
	s.SetLoggerV2(log, false, false, false)
	e := &embedded{Server: s, lock: lock, log: log}
	s.Start()
	if !s.ReadyForConnections(startLimit) || !s.JetStreamEnabled() {
		return nil, errors.Join(fmt.Errorf("start the embedded NATS server in %s: it is not ready; its last complaint: %q", config.Dir, log.complaint()), e.stop())
	}
	return e, nil
}

func (e *embedded) stop() error {
	e.Shutdown()
	e.WaitForShutdown()
	return e.lock.release()
}

// serverLog passes on what the server complains of and keeps the last error,
// because the server reports a failed start, or a full disk, nowhere else.
type serverLog struct {
	log  *slog.Logger
	mu   sync.Mutex
	last string
}

func (l *serverLog) complain(message string) {
	l.mu.Lock()
	l.last = message
	l.mu.Unlock()
	l.log.Error("embedded NATS server", "message", message)
}

func (l *serverLog) complaint() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// Noticef implements server.Logger.
func (l *serverLog) Noticef(string, ...any) {}

// Warnf implements server.Logger.
func (l *serverLog) Warnf(format string, args ...any) {
	l.log.Warn("embedded NATS server", "message", fmt.Sprintf(format, args...))
}

// Errorf implements server.Logger.
func (l *serverLog) Errorf(format string, args ...any) { l.complain(fmt.Sprintf(format, args...)) }

// Fatalf implements server.Logger.
func (l *serverLog) Fatalf(format string, args ...any) { l.complain(fmt.Sprintf(format, args...)) }

// Debugf implements server.Logger.
func (l *serverLog) Debugf(string, ...any) {}

// Tracef implements server.Logger.
func (l *serverLog) Tracef(string, ...any) {}
