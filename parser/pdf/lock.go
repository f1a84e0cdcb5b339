package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// lock opens what is encrypted with an empty password, as documents are that
// anyone may read and nobody may change.
type lock struct {
	key              []byte
	streams, strings cipherKind
}

type cipherKind int

const (
	plain cipherKind = iota
	rc4Cipher
	aes128Cipher
	aes256Cipher
)

var (
	errPassword = &problem{report.Text{ZH: "需要密码才能打开；请提供不加密的版本", EN: "it opens with a password only; give a version without one"}, blocks.ErrEncrypted}
	errHandler  = &problem{report.Text{ZH: "加密方式不受支持；请提供不加密的版本", EN: "it is encrypted in a way that is not read; give a version without encryption"}, blocks.ErrEncrypted}
	errLocked   = damaged("加密的内容损坏", "encrypted content is damaged")
)

// padding stands for the empty password.
var padding = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

// unlock prepares the lock if the document has one.
func (f *file) unlock() error {
	encrypt, has := f.trailer["Encrypt"]
	if !has || f.lock != nil {
		return nil
	}
	d := f.dict(encrypt)
	if d == nil {
		return errHandler
	}
	if f.name(d["Filter"]) != "Standard" {
		return errHandler
	}
	v, _ := f.resolve(d["V"]).(int)
	k := &lock{streams: rc4Cipher, strings: rc4Cipher}
	switch v {
	case 1, 2:
	case 4, 5:
		k.streams, k.strings = f.cipher(d, "StmF"), f.cipher(d, "StrF")
	default:
		return errHandler
	}
	var err error
	if k.key, err = f.emptyKey(d, v); err != nil {
		return err
	}
	f.lock = k
	return nil
}

func (f *file) cipher(d dict, use name) cipherKind {
	filter := f.dict(f.dict(d["CF"])[f.name(d[use])])
	switch f.name(filter["CFM"]) {
	case "V2":
		return rc4Cipher
	case "AESV2":
		return aes128Cipher
	case "AESV3":
		return aes256Cipher
	}
	return plain
}

// emptyKey computes the document's key from the empty password and checks it
// (ISO 32000-2, 7.6.4).
func (f *file) emptyKey(d dict, v int) ([]byte, error) {
	text := func(key name, size int) []byte {
		s, _ := f.resolve(d[key]).(str)
		if len(s) < size {
			return make([]byte, size)
		}
		return []byte(s)
	}
	revision, _ := f.resolve(d["R"]).(int)
	user := text("U", 48)
	if v == 5 {
		hash := func(salt []byte) []byte { return hash(nil, salt, revision) }
		if !bytes.Equal(hash(user[32:40]), user[:32]) {
			return nil, errPassword
		}
		block, err := aes.NewCipher(hash(user[40:48]))
		if err != nil {
			return nil, errHandler
		}
		key := text("UE", 32)[:32]
		cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(key, key)
		return key, nil
	}
	size := 5
	if n, ok := f.resolve(d["Length"]).(int); ok && v > 1 && n >= 40 && n <= 128 {
		size = n / 8
	} else if v == 4 {
		size = 16
	}
	var id []byte
	if ids := f.array(f.trailer["ID"]); len(ids) > 0 {
		s, _ := f.resolve(ids[0]).(str)
		id = []byte(s)
	}
	permissions, _ := f.number(d["P"])
	h := md5.New()
	h.Write(padding)
	h.Write(text("O", 32)[:32])
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(int64(permissions))))
	h.Write(id)
	if open, ok := f.resolve(d["EncryptMetadata"]).(bool); ok && !open && revision >= 4 {
		h.Write([]byte{255, 255, 255, 255})
	}
	key := h.Sum(nil)
	if revision < 3 {
		key = key[:size]
		if !bytes.Equal(rc4Bytes(key, padding), text("U", 32)[:32]) {
			return nil, errPassword
		}
		return key, nil
	}
	for range 50 {
		sum := md5.Sum(key[:size])
		key = sum[:]
	}
	key = key[:size]
	sum := md5.Sum(append(bytes.Clone(padding), id...))
	check := sum[:]
	for i := range byte(20) {
		turned := bytes.Clone(key)
		for j := range turned {
			turned[j] ^= i
		}
		check = rc4Bytes(turned, check)
	}
	if !bytes.Equal(check, text("U", 32)[:16]) {
		return nil, errPassword
	}
	return key, nil
}

// hash is algorithm 2.B of ISO 32000-2; revision 5 had only its first step.
func hash(password, salt []byte, revision int) []byte {
	sum := sha256.Sum256(append(bytes.Clone(password), salt...))
	k := sum[:]
	if revision < 6 {
		return k
	}
	for i := 0; ; i++ {
		e := bytes.Repeat(append(bytes.Clone(password), k...), 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return k[:32]
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		rest := 0
		for _, b := range e[:16] {
			rest += int(b)
		}
		switch rest % 3 {
		case 0:
			s := sha256.Sum256(e)
			k = s[:]
		case 1:
			s := sha512.Sum384(e)
			k = s[:]
		case 2:
			s := sha512.Sum512(e)
			k = s[:]
		}
		if i >= 63 && int(e[len(e)-1]) <= i+1-32 {
			return k[:32]
		}
	}
}

func rc4Bytes(key, data []byte) []byte {
	out := make([]byte, len(data))
	c, err := rc4.NewCipher(key)
	if err != nil {
		return out
	}
	c.XORKeyStream(out, data)
	return out
}

// open unlocks the strings of an object; streams are unlocked when they are read.
func (k *lock) open(v any, id ref) any {
	switch v := v.(type) {
	case str:
		if b, err := k.bytes([]byte(v), id, k.strings); err == nil {
			return str(b)
		}
		return str("")
	case array:
		for i := range v {
			v[i] = k.open(v[i], id)
		}
	case dict:
		for key := range v {
			v[key] = k.open(v[key], id)
		}
	case *stream:
		k.open(v.dict, id)
	}
	return v
}

func (k *lock) stream(s *stream) ([]byte, error) {
	if s.dict["Type"] == name("XRef") || filtersHave(s.dict, "Crypt") {
		return s.raw, nil
	}
	return k.bytes(s.raw, s.id, k.streams)
}

func filtersHave(d dict, filter name) bool {
	list, _ := d["Filter"].(array)
	for _, v := range list {
		if v == filter {
			return true
		}
	}
	return d["Filter"] == filter
}

func (k *lock) bytes(data []byte, id ref, kind cipherKind) ([]byte, error) {
	if kind == plain || len(data) == 0 {
		return data, nil
	}
	key := k.key
	if kind != aes256Cipher {
		own := append(bytes.Clone(key), byte(id.num), byte(id.num>>8), byte(id.num>>16), byte(id.gen), byte(id.gen>>8))
		if kind == aes128Cipher {
			own = append(own, "sAlT"...)
		}
		sum := md5.Sum(own)
		key = sum[:min(len(k.key)+5, 16)]
	}
	if kind == rc4Cipher {
		return rc4Bytes(key, data), nil
	}
	// The first block is the vector; programs leave odd bytes at the end.
	data = data[:len(data)/16*16]
	if len(data) == 16 {
		return nil, nil
	}
	block, err := aes.NewCipher(key)
	if err != nil || len(data) < 32 {
		return nil, errLocked
	}
	out := make([]byte, len(data)-16)
	cipher.NewCBCDecrypter(block, data[:16]).CryptBlocks(out, data[16:])
	if pad := int(out[len(out)-1]); pad >= 1 && pad <= 16 {
		out = out[:len(out)-pad]
	}
	return out, nil
}
