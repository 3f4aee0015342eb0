"""WeCom's envelope around callbacks, and the encryption of pictures and files.

An envelope is signed with a token and encrypted with an EncodingAESKey of 43 characters. wechatpy decrypts; its
signature check does not take constant time and its decryption fails in many ways, so both are wrapped here: any fault
of an envelope is `Forged`, and no error tells anything about the keys.
"""

import base64
import binascii
from datetime import datetime, timedelta
from hashlib import sha1
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

FRESH = timedelta(minutes=5)
"""Most difference between an envelope's time and ours. A replay within it has the same message id, which the inbox
stores once."""

BLOCK = 32


class Forged(Exception):
    """An envelope or a file that is not from WeCom, not encrypted with our keys, or too old."""


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """Return the SHA-1 in hexadecimal of the four parts, sorted and joined."""
    return sha1("".join(sorted((token, timestamp, nonce, encrypted))).encode(), usedforsecurity=False).hexdigest()


class Envelope:
    """Encryption and decryption of messages. `receiver` is the corp id, or "" for the AI robot."""

    def __init__(self, token: str, aes_key: str, receiver: str) -> None:
        from wechatpy.enterprise.crypto import PrpCrypto  # where envelopes come; a long connection needs none

        self._token, self._receiver = token, receiver
        self._crypto = PrpCrypto(aes_bytes(aes_key))

    def open(self, given: str, timestamp: str, nonce: str, encrypted: str, now: datetime) -> str:
        """Return the message inside. Forged unless the signature is right, the time fresh and we the receiver."""
        try:
            right = signature(self._token, timestamp, nonce, encrypted)
            signed = compare_digest(right.encode(), given.encode())
        except UnicodeEncodeError:
            signed = False
        if not signed:
            raise Forged("the signature is missing or wrong: compare the token on both sides")
        self._fresh(timestamp, now)
        try:
            message = self._crypto.decrypt(encrypted, self._receiver)
        except Exception:  # wechatpy raises many kinds of errors
            raise Forged("it cannot be decrypted: compare the EncodingAESKey and the corp id on both sides") from None
        return str(message)

    def seal(self, message: str, timestamp: str, nonce: str) -> tuple[str, str]:
        """Return the encrypted message and its signature."""
        encrypted = self._crypto.encrypt(message, self._receiver).decode()
        return encrypted, signature(self._token, timestamp, nonce, encrypted)

    def _fresh(self, timestamp: str, now: datetime) -> None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise Forged("the timestamp is missing or no number")
        if abs(now.timestamp() - int(timestamp)) > FRESH.total_seconds():
            raise Forged("the timestamp is over five minutes off: compare the clocks")


def aes_bytes(key: str) -> bytes:
    """Return the 32 bytes of an AES key in base64, padded or not. ValueError if it is none."""
    try:
        found = base64.b64decode(key.rstrip("=") + "=" * (-len(key.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != 32:
        raise ValueError("an EncodingAESKey has 43 characters: copy it from the WeCom console again")
    return found


def decrypt_file(body: bytes, key: str) -> bytes:
    """Decrypt a picture or file: AES-256-CBC, the key's first 16 bytes as IV, padded to 32 bytes. Raises Forged."""
    try:
        secret = aes_bytes(key)
        decryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
        plain = decryptor.update(body) + decryptor.finalize()
    except ValueError:
        raise Forged("the file cannot be decrypted") from None
    padding = plain[-1] if plain else 0
    if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise Forged("the file's padding is wrong: it was cut off, or its key is another's")
    return plain[:-padding]
