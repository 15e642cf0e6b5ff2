'use strict'
// Drives the npm client `mailhog` against a running server:
//   node client.js HTTP_HOST:PORT SMTP_HOST:PORT [SANDBOX ADDRESS SUBJECT]
// With a sandbox, its newest mail to the address must have the subject.
// It sends its own mail over SMTP and fails with a message at the first thing that is not as with MailHog.
const assert = require('node:assert')
const net = require('node:net')
const mailhog = require('mailhog')

const [http, smtp, sandbox, address, subject] = process.argv.slice(2)

// send says one line of SMTP after the other and checks that each is taken.
function send (user, from, to, data) {
  const lines = ['EHLO node.example', user && 'AUTH PLAIN ' + Buffer.from('\0' + user + '\0x').toString('base64'),
    `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA', data + '\r\n.', 'QUIT'].filter(Boolean)
  return new Promise((resolve, reject) => {
    const [host, port] = smtp.split(':')
    const socket = net.connect(Number(port), host)
    let heard = ''
    socket.setEncoding('utf8')
    socket.on('error', reject)
    socket.on('close', () => lines.length ? reject(new Error('closed before ' + lines[0])) : resolve())
    socket.on('data', chunk => {
      heard += chunk
      const last = heard.trimEnd().split('\r\n').pop()
      if (!heard.endsWith('\r\n') || !/^\d{3} /.test(last)) return
      heard = ''
      if (last[0] > '3') return reject(new Error(last))
      const next = lines.shift()
      if (next) socket.write(next + '\r\n')
    })
  })
}

const mixed = (subject, to) => [
  'From: =?UTF-8?Q?Ren=C3=A9?= <rene@exemple.example>', `To: ${to}`, `Subject: ${subject}`, 'Date: Sun, 01 Mar 2026 09:00:00 +0100',
  'Reply-To: support@exemple.example', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '',
  '--b', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', '', 'Votre code est 1234, =C3=A0 bient=C3=B4t.',
  '--b', 'Content-Type: text/html; charset=utf-8', '', '<p>Votre code</p>',
  '--b', 'Content-Type: application/pdf', 'Content-Disposition: attachment; filename="recu.pdf"', 'Content-Transfer-Encoding: base64', '', 'JVBERi0xLjQK', '--b--'
].join('\r\n')

// drive goes through the whole client on an empty mailbox.
async function drive (options, user) {
  const [host, port] = http.split(':')
  const api = mailhog({ host, port: Number(port), ...options })
  await api.deleteAll()
  assert.strictEqual((await api.messages()).total, 0)
  assert.ok(!(await api.latestTo('nobody@exemple.example')))
  for (let i = 0; i < 3; i++) {
    await send(user, 'rene@exemple.example', `box${i}@exemple.example`, mixed(`=?UTF-8?Q?Cr=C3=A9ation?= du compte ${i}`, `box${i}@exemple.example`))
  }
  const all = await api.messages()
  assert.deepStrictEqual([all.total, all.count, all.start], [3, 3, 0])
  assert.deepStrictEqual(all.items.map(m => m.subject), [2, 1, 0].map(i => `Création du compte ${i}`))
  assert.deepStrictEqual((await api.messages(1, 1)).items.map(m => m.to), ['box1@exemple.example'])

  const mail = await api.latestTo('BOX1@exemple')
  assert.strictEqual(mail.subject, 'Création du compte 1')
  assert.strictEqual(mail.from, 'René <rene@exemple.example>')
  assert.strictEqual(mail.replyTo, 'support@exemple.example')
  assert.strictEqual(mail.text.trim(), 'Votre code est 1234, à bientôt.')
  assert.strictEqual(mail.html.trim(), '<p>Votre code</p>')
  assert.strictEqual(mail.date.toISOString(), '2026-03-01T08:00:00.000Z')
  assert.ok(!isNaN(mail.deliveryDate))
  assert.deepStrictEqual(mail.attachments.map(a => [a.name, a.type, a.encoding, api.decode(a.Body, a.encoding)]), [['recu.pdf', 'application/pdf', 'base64', '%PDF-1.4\n']])

  assert.strictEqual((await api.latestFrom('rene@')).ID, all.items[0].ID)
  assert.strictEqual((await api.search('code est 1234')).total, 3)
  assert.strictEqual((await api.search('box2', 'to', 0, 1)).items[0].ID, all.items[0].ID)
  assert.strictEqual((await api.search('no such words', 'containing')).total, 0)

  assert.strictEqual((await api.deleteMessage(mail.ID)).statusCode, 200)
  assert.strictEqual((await api.deleteMessage(mail.ID)).statusCode, 500)
  assert.strictEqual((await api.messages()).total, 2)
  assert.strictEqual((await api.deleteAll()).statusCode, 200)
  assert.strictEqual((await api.messages()).total, 0)
}

async function main () {
  if (sandbox) {
    const [host, port] = http.split(':')
    const notice = await mailhog({ host, port: Number(port), basePath: `/sandboxes/${sandbox}/api` }).latestTo(address)
    assert.strictEqual(notice.subject, subject)
    assert.match(notice.text, /texte du simulateur/)
    assert.match(notice.html, /<table/)
  }
  await drive({ basePath: '/sandboxes/node-a/api' }, 'node-a')
  await drive({ auth: 'node-b:any' }, 'node-b')
  await Promise.all(['c', 'd', 'e', 'f'].map(name => drive({ auth: `node-${name}:any` }, `node-${name}`)))
  await drive({}, '')
  console.log('the npm client mailhog is content')
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
