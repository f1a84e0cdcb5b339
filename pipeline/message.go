package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/s2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"gongkai/report"
)

// The headers of every message.
const (
	// headerSource is the captured document as JSON: name, hash, size, what the
	// capture knew of its type, and the same of each attached file.
	headerSource = "Gongkai-Source"
	headerRun    = "Gongkai-Run"
	// headerStage is the stage that is due.
	headerStage = "Gongkai-Stage"
	// headerToken is unlike that of any other message.
	headerToken = "Gongkai-Token"
	// headerEncoding is "s2" when the body is compressed.
	headerEncoding = "Content-Encoding"
)

// maxBody bounds the JSON of one message. The compressed message has the
// server's bound, but what a few bytes blow up to needs its own.
const maxBody = 64 << 20

// tag is what the headers say of a document.
type tag struct {
	source report.Source
	run    string
	token  string
}

func readTag(header nats.Header) (tag, error) {
	t := tag{run: header.Get(headerRun), token: header.Get(headerToken)}
	if err := json.Unmarshal([]byte(header.Get(headerSource)), &t.source); err != nil {
		return t, Permanent(fmt.Errorf("read message header %s: %w", headerSource, err))
	}
	if t.run == "" || t.source.SHA256 == "" {
		return t, Permanent(errors.New("the message names no run or no document: it is none of this program"))
	}
	return t, nil
}

func newMessage(stream string, stage Stage, t tag, body []byte) (*nats.Msg, error) {
	source, err := json.Marshal(t.source)
	if err != nil {
		return nil, fmt.Errorf("write message header %s: %w", headerSource, err)
	}
	header := nats.Header{headerSource: {string(source)}, headerRun: {t.run}, headerToken: {t.token}}
	if stage != "" {
		header.Set(headerStage, string(stage))
	}
	return &nats.Msg{Subject: subject(stream, t.run), Header: header, Data: body}, nil
}

// pack writes the message that carries an entry to the next stage, and hands
// the entry itself over in case this process is the one that goes on.
func (b *Belt) pack(stream string, stage Stage, t tag, e Entry) (*nats.Msg, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, Permanent(fmt.Errorf("write %s report: %w", stream, err))
	}
	if len(body) > maxBody {
		return nil, Permanent(fmt.Errorf("the %s report has %d bytes of JSON, at most %d may travel", stream, len(body), maxBody))
	}
	t.token = b.token()
	msg, err := newMessage(stream, stage, t, s2.Encode(nil, body))
	if err != nil {
		return nil, err
	}
	msg.Header.Set(headerEncoding, "s2")
	if size, limit := int64(msg.Size()), b.conn.MaxPayload(); size > limit {
		return nil, Permanent(fmt.Errorf("the %s report has %d bytes compressed, the server takes messages of at most %d", stream, size, limit))
	}
	if !b.config.noHandover {
		b.handover.put(t.token, e, len(body))
	}
	return msg, nil
}

// unpack gives the entry that a message carries.
func (b *Belt) unpack(t tag, msg jetstream.Msg) (Entry, error) {
	if e, ok := b.handover.take(t.token); ok {
		return e, nil
	}
	e, err := decode(msg)
	if err != nil {
		return e, Permanent(fmt.Errorf("read message: %w", err))
	}
	return e, nil
}

func decode(msg jetstream.Msg) (e Entry, err error) {
	body := msg.Data()
	if encoding := msg.Headers().Get(headerEncoding); encoding != "s2" {
		return e, fmt.Errorf("the body's encoding %q is not s2", encoding)
	}
	size, err := s2.DecodedLen(body)
	if err != nil {
		return e, err
	}
	if size > maxBody {
		return e, fmt.Errorf("the body unfolds to %d bytes, at most %d are read", size, maxBody)
	}
	if body, err = s2.Decode(nil, body); err != nil {
		return e, err
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, err
	}
	if e.Report == nil {
		return e, errors.New("the body has no report")
	}
	return e, nil
}
