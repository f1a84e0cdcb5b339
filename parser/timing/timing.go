// Package timing measures, for tests, how long work takes on one core whatever
// else the machine does meanwhile.
package timing

import (
	"runtime"
	"time"
)

// Of runs work on one thread and returns the processor time that the thread took.
// Where the system does not tell, it is the time that passed.
func Of(work func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	begin := now()
	work()
	return now() - begin
}
