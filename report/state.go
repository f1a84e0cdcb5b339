package report

import "fmt"

// State tells what stands where a figure is due.
type State uint8

const (
	// Absent: the page has no such row, column or table.
	Absent State = iota
	// Blank: the cell is there and empty.
	Blank
	// NotApplicable: the cell holds "/", a dash or a word for "none of this here".
	NotApplicable
	// Unreadable: something stands there, but not for certain a number of this figure.
	Unreadable
	// Number: the cell prints a number, and Value is that number.
	Number
)

var stateNames = [...]string{"absent", "blank", "not_applicable", "unreadable", "number"}

// States lists all states in order.
func States() []State { return []State{Absent, Blank, NotApplicable, Unreadable, Number} }

// String gives the name that every format uses.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("state(%d)", uint8(s))
}

// MarshalText writes the name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name.
func (s *State) UnmarshalText(b []byte) error {
	for i, name := range stateNames {
		if name == string(b) {
			*s = State(i)
			return nil
		}
	}
	return fmt.Errorf("read figure state: %q is none of %v", b, stateNames)
}
