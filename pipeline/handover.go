package pipeline

import "sync"

const (
	// handoverBytes and handoverEntries bound what waits in memory: some
	// hundreds of reports, the most that lie between two stages.
	handoverBytes   = 24 << 20
	handoverEntries = 2*betweenMessages + 128
)

// handover passes entries from one stage to the next in memory, beside the
// messages that carry them on disk.
//
// Reading a report from JSON takes four times as long as writing it and is the
// largest cost of the belt. The message remains the truth: it is written
// before its entry can be taken, an entry is taken once, and whoever does not
// find one (another process, a second attempt, a restart, a long queue) reads
// the message.
type handover struct {
	mu      sync.Mutex
	entries map[string]handed
	order   []string // tokens from the oldest; those taken stay until they are first
	bytes   int
}

type handed struct {
	entry Entry
	bytes int
}

// put keeps an entry, at the cost of the oldest if there is no room.
func (h *handover) put(token string, e Entry, bytes int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.entries == nil {
		h.entries = map[string]handed{}
	}
	h.entries[token] = handed{e, bytes}
	h.order = append(h.order, token)
	h.bytes += bytes
	for len(h.order) > 0 && (h.gone(h.order[0]) || h.bytes > handoverBytes || len(h.order) > handoverEntries) {
		h.remove(h.order[0])
		h.order = h.order[1:]
	}
}

// take removes and returns an entry.
func (h *handover) take(token string) (Entry, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e, ok := h.entries[token]
	h.remove(token)
	return e.entry, ok
}

func (h *handover) gone(token string) bool {
	_, ok := h.entries[token]
	return !ok
}

func (h *handover) remove(token string) {
	h.bytes -= h.entries[token].bytes
	delete(h.entries, token)
}
