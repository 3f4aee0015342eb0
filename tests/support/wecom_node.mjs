// WeCom's own Node packages as independent clients: they check what we encrypt, and the fake that we test against.
//   node wecom_node.mjs <directory with node_modules> crypto          reads questions as JSON, answers as JSON
//   node wecom_node.mjs <directory with node_modules> client <url>    an AI robot that prints what happens, line by line
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const [directory, mode, url] = process.argv.slice(2)
const load = createRequire(path.join(path.resolve(directory), 'index.js'))
const tell = (what) => process.stdout.write(JSON.stringify(what) + '\n')

if (mode === 'crypto') {
  const { getSignature, decrypt, encrypt } = load('@wecom/crypto')
  const { decryptFile } = load('@wecom/aibot-node-sdk')
  const asked = JSON.parse(readFileSync(0, 'utf8'))
  tell({
    signatures: asked.signatures.map((parts) => getSignature(...parts)),
    decrypted: asked.decrypt.map(([key, text]) => { const { message, id } = decrypt(key, text); return [message, id] }),
    encrypted: asked.encrypt.map(([key, message, id]) => encrypt(key, message, id)),
    files: asked.files.map(([key, body]) => decryptFile(Buffer.from(body, 'base64'), key).toString('base64')),
  })
}

if (mode === 'client') {
  const { WSClient } = load('@wecom/aibot-node-sdk')
  const quiet = { debug() {}, info() {}, warn() {}, error() {} }
  const client = new WSClient({ botId: 'bot-1', secret: 'robot-secret-value', wsUrl: url, heartbeatInterval: 200, logger: quiet })
  client.on('authenticated', () => tell({ event: 'authenticated' }))
  client.on('error', (error) => tell({ event: 'error', message: error.message }))
  client.on('event.disconnected_event', () => { tell({ event: 'kicked' }); process.exit(0) })
  client.on('message.text', async (frame) => {
    tell({ event: 'text', from: frame.body.from.userid, chat: frame.body.chatid, words: frame.body.text.content })
    await client.sendMessage(frame.body.chatid, { msgtype: 'markdown', markdown: { content: 'heard' } })
    await client.sendMessage(frame.body.chatid, { msgtype: 'template_card', template_card: {
      card_type: 'button_interaction', main_title: { title: 'title' }, task_id: 'task-1',
      button_list: [{ text: 'yes', key: 'approve:1', style: 1 }] } })
    const { media_id } = await client.uploadMedia(Buffer.alloc(700_000, 7), { type: 'file', filename: 'ledger.xlsx' })
    await client.sendMediaMessage(frame.body.chatid, 'file', media_id)
    tell({ event: 'sent' })
  })
  client.on('message.image', async (frame) => {
    const { buffer } = await client.downloadFile(frame.body.image.url, frame.body.image.aeskey)
    tell({ event: 'image', body: buffer.toString('base64') })
  })
  client.on('event.template_card_event', async (frame) => {
    const event = frame.body.event.template_card_event
    await client.updateTemplateCard(frame, { card_type: 'button_interaction', main_title: { title: 'title' },
      task_id: event.task_id, button_list: [{ text: 'done', key: 'done' }] })
    tell({ event: 'updated', key: event.event_key, task: event.task_id })
  })
  client.connect()
}
