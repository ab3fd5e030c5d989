; A guest in one boot sector. Every 10 ms it says on the first serial port which
; version it is, how often its disk was booted, and how far it has counted since:
;
;     v1 b0001 c0000002a
;
; so that whoever reads on can tell a guest that was moved (the count goes on)
; from one that was restarted (one boot more) or replaced (another version).
; The power button ends it with a last line "off", unless -DDEAF=1.
;
;   -DVERSION=N  which version it is, one digit
;   -DFILL=N     N MiB of memory are filled first: moving them takes a while
;   -DDEAF=1     the power button is not heard
;   -DPLUG=1     what is to be unplugged is let go
	bits	16
	org	0x7c00
%ifndef VERSION
%define VERSION 1
%endif
%ifndef FILL
%define FILL 0
%endif
%ifndef PLUG
%define PLUG 0
%endif
%ifndef DEAF
%define DEAF 0
%endif
COM1	equ	0x3f8
PM1_STATUS equ	0x600		; where SeaBIOS puts it on machine "pc"
PM1_ENABLE equ	0x602
PM1_CONTROL equ	0x604
POWER_BUTTON equ 0x100
PCI_DOWN equ	0xae04
PCI_EJECT equ	0xae08
MODULE	equ	0xa00
MODULE_FLAGS equ 0xa14
MODULES	equ	4
SLEEP_OFF equ	0x2000		; sleep type 0, sleep enable
RATE	equ	11932		; of the timer, for 100 Hz
BOOTS	equ	0x8000		; the second sector of the disk is read to here

	jmp	0:begin
begin:
	cli
	xor	ax, ax
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	sp, 0x7c00
	cld
	sti
	mov	ah, 2		; read, count this boot, write
	call	sector
	inc	word [BOOTS]
	mov	ah, 3
	call	sector
	cli
%if FILL > 0
	lgdt	[table]		; 32-bit offsets for real mode
	mov	eax, cr0
	inc	ax
	mov	cr0, eax
	mov	bx, 8
	mov	es, bx
	dec	ax
	mov	cr0, eax
	xor	bx, bx
	mov	edi, 0x100000
	mov	ecx, FILL * 0x40000
.fill:
	mov	[es:edi], ecx	; no page of it is all zeros
	add	edi, 4
	dec	ecx
	jnz	.fill
	mov	es, bx
%endif
	mov	al, 0x34	; channel 0, rate generator
	out	0x43, al
	mov	al, RATE & 255
	out	0x40, al
	mov	al, RATE >> 8
	out	0x40, al
	mov	al, 0xfe	; the timer only
	out	0x21, al
	mov	word [8 * 4], tick
	mov	word [8 * 4 + 2], 0
	mov	dx, PM1_ENABLE
	mov	ax, POWER_BUTTON
	out	dx, ax
	sti
beat:
	hlt
	cmp	byte [ticks], 0
	je	beat
	dec	byte [ticks]
	inc	dword [count]
	mov	si, text
	call	print
	mov	ax, [BOOTS]
	call	word_hex
	mov	si, text_count
	call	print
	mov	ax, [count + 2]
	call	word_hex
	mov	ax, [count]
	call	word_hex
	mov	al, 10
	call	put
%if PLUG > 0
	call	let_go
%endif
%if DEAF == 0
	mov	dx, PM1_STATUS
	in	ax, dx
	test	ah, POWER_BUTTON >> 8
	jz	beat
	mov	si, text_off
	call	print
	mov	dx, PM1_CONTROL
	mov	ax, SLEEP_OFF
	out	dx, ax
	cli
.end:	hlt
	jmp	.end
%else
	jmp	beat
%endif

%if PLUG > 0
; Cards and modules that the machine is asked to give back.
let_go:	mov	dx, PCI_DOWN
	in	eax, dx
	or	eax, eax
	jz	.modules
	mov	dx, PCI_EJECT
	out	dx, eax
.modules:
	xor	ecx, ecx
.next:	mov	dx, MODULE
	mov	eax, ecx
	out	dx, eax
	mov	dx, MODULE_FLAGS
	in	al, dx
	test	al, 4		; asked back
	jz	.stays
	mov	al, 8		; ejected
	out	dx, al
.stays:	inc	cx
	cmp	cx, MODULES
	jb	.next
	ret
%endif

tick:
	push	ax
	inc	byte [cs:ticks]
	mov	al, 0x20
	out	0x20, al
	pop	ax
	iret

; ah: 2 reads, 3 writes the second sector of the first disk.
sector:
	mov	al, 1
	mov	cx, 2
	mov	dx, 0x80
	mov	bx, BOOTS
	int	0x13
	ret

; al, when there is room for it
put:
	push	dx
	mov	ah, al
	mov	dx, COM1 + 5
.full:	in	al, dx
	test	al, 0x20
	jz	.full
	mov	al, ah
	mov	dx, COM1
	out	dx, al
	pop	dx
	ret

; si: text that ends with a zero
print:
	lodsb
	or	al, al
	jz	.end
	call	put
	jmp	print
.end:	ret

; ax, as four digits
word_hex:
	mov	cx, 4
.digit:	rol	ax, 4
	mov	bx, ax
	and	bx, 15
	push	ax
	mov	al, [digits + bx]
	call	put
	pop	ax
	loop	.digit
	ret

digits	db	"0123456789abcdef"
text	db	"v", '0' + VERSION, " b", 0
text_count db	" c", 0
text_off db	"off", 10, 0
ticks	db	0
count	dd	0
%if FILL > 0
	align	4
table:	dw	15		; its own first entry says where it is
	dd	table
	dw	0
	dw	0xffff, 0	; 4 GiB from 0, data
	db	0, 0x92, 0xcf, 0
%endif
	times	510 - ($ - $$) db 0
	dw	0xaa55
