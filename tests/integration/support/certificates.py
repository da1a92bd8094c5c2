"""Certificates of one's own, for tests: an authority in a folder, and what it signs. Made by the openssl command."""
import pathlib
import subprocess


class Authority:
    """An authority that lives as long as the folder it is given."""

    def __init__(self, folder, name):
        self._folder = pathlib.Path(folder)
        self._name = name
        self.certificate = self._folder / f"{name}.pem"
        self._key = self._folder / f"{name}.key"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                      "-keyout", self._key, "-out", self.certificate)

    def sign(self, host, alternative):
        """A key and a certificate for it that names this host; `alternative` as a subjectAltName says it."""
        key, request, certificate = (self._folder / f"{self._name}-{host}.{kind}" for kind in ("key", "csr", "pem"))
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={host}",
                      "-addext", f"subjectAltName={alternative}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-copy_extensions", "copy", "-days", "2", "-CA", self.certificate, "-CAkey", self._key,
                      "-CAcreateserial", "-out", certificate)
        return key, certificate

    @staticmethod
    def _openssl(*words):
        subprocess.run(["openssl", *words], capture_output=True, check=True, timeout=60)
