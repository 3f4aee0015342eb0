"""WeCom's encryption, implemented from its documentation with a different library than the product's."""

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

AES_KEY = base64.b64encode(bytes(range(100, 132))).decode().rstrip("=")
TOKEN = "callback-token-value"


def key_of(encoding_aes_key: str) -> bytes:
    return base64.b64decode(encoding_aes_key + "=")


def padded(text: bytes) -> bytes:
    missing = 32 - len(text) % 32
    return text + bytes([missing]) * missing


def encrypted(plain: bytes, key: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(padded(plain)) + encryptor.finalize()


def sealed(message: str, receiver: str, encoding_aes_key: str = AES_KEY) -> str:
    text = message.encode()
    plain = os.urandom(16) + struct.pack(">I", len(text)) + text + receiver.encode()
    return base64.b64encode(encrypted(plain, key_of(encoding_aes_key))).decode()


def opened(ciphertext: str, encoding_aes_key: str = AES_KEY) -> tuple[str, str]:
    """Return the message and its receiver."""
    key = key_of(encoding_aes_key)
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(ciphertext)) + decryptor.finalize()
    plain = plain[: -plain[-1]]
    length = struct.unpack(">I", plain[16:20])[0]
    return plain[20 : 20 + length].decode(), plain[20 + length :].decode()


def signed(timestamp: str, nonce: str, ciphertext: str, token: str = TOKEN) -> str:
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, ciphertext])).encode()).hexdigest()
