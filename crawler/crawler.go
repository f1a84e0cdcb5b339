// Package crawler finds published reports and keeps what it found.
//
// A report is a handful of bytes under a name: a path on a disk, an address on
// the web. Names move and pages change, so what a name led to is kept once
// under the hash of its bytes, in an [Archive]. Everything that is later said
// about a report can be held against exactly those bytes.
//
// Finding is the careful half. Folders hold hidden files, links that run in
// circles, videos and empty pages; [Files] meets them all and says of each one
// what became of it. Nothing is passed over in silence, and nothing is read
// without a bound in bytes, depth and count.
package crawler

// Outcome says what became of a name.
type Outcome string

const (
	// OK: there is a document to read.
	OK Outcome = "ok"
	// Skipped: the name is not one of a document; Err says why.
	Skipped Outcome = "skipped"
	// Attached: a page names the file as one of its own, and it is found there
	// with the page; Err says which page.
	Attached Outcome = "attached"
	// Empty: the file has no bytes.
	Empty Outcome = "empty"
	// TooLarge: the file has more bytes than a document may have.
	TooLarge Outcome = "too_large"
	// Unreadable: the file system refused; Err is its answer.
	Unreadable Outcome = "unreadable"
	// Stopped: the walk ended here because a bound on depth or count was
	// reached. Documents may lie beyond.
	Stopped Outcome = "stopped"
)

// DefaultLimit is the number of bytes a document may have unless set otherwise.
const DefaultLimit = 64 << 20
