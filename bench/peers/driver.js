// Runs an npm peer for bench/peers/run, which says what a driver is: driver.js PEER, in the folder
// that the peer is installed in.
'use strict';
const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');
const load = createRequire(path.join(process.cwd(), 'package.json'));

const peers = {
  'redact-pii': () => {
    const redactor = new (load('redact-pii').SyncRedactor)();
    return (text) => redactor.redact(text);
  },
  '@redactpii/node': () => {
    const redactor = new (load('@redactpii/node').Redactor)();
    return (text) => redactor.redact(text);
  },
};

const redact = peers[process.argv[2]]();
let messages = [];
let outputs = [];

function read(file) {
  const data = fs.readFileSync(file);
  const texts = [];
  for (let at = 0; at < data.length;) {
    const size = data.readUInt32LE(at);
    texts.push(data.toString('utf8', at + 4, at + 4 + size));
    at += 4 + size;
  }
  return texts;
}

function run() {
  for (let i = 0; i < messages.length; ++i) outputs[i] = redact(messages[i]);
}

function write(file) {
  const parts = [];
  for (const text of outputs) {
    const bytes = Buffer.from(text, 'utf8');
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes.length);
    parts.push(size, bytes);
  }
  fs.writeFileSync(file, Buffer.concat(parts));
}

function answer(text) {
  fs.writeSync(1, text + '\n');
}

answer('ready');
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const space = line.indexOf(' ');
  const command = line.slice(0, space);
  const argument = line.slice(space + 1);
  if (command === 'load') {
    messages = read(argument);
    outputs = new Array(messages.length);
    answer('ok ' + messages.length);
  } else if (command === 'pass') {
    const start = process.cpuUsage();
    for (let i = 0; i < Number(argument); ++i) run();
    const spent = process.cpuUsage(start);
    answer('ok ' + (spent.user + spent.system) * 1000);
  } else if (command === 'write') {
    run();
    write(argument);
    answer('ok');
  }
});
