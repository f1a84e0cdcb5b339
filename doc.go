// Package gongkai (公开) turns the yearly reports on open government information
// of Chinese government bodies into one trustworthy, comparable dataset.
//
// The program is cmd/gongkai. ARCHITECTURE.md shows the house and the way of a
// document through it.
package gongkai
