"""Programs that speak to each other over the loopback interface, and cryptography."""

from .case import Case, copied, script, shell

CASES = [
    Case("curl", script("bash", "curl.sh"), copied("curl.sh")),
    Case("openssl", shell("openssl dgst -sha256 file && openssl enc -aes-256-cbc -pbkdf2 -pass pass:x -in file -out sealed && "
                          "openssl enc -d -aes-256-cbc -pbkdf2 -pass pass:x -in sealed | cmp - file && "
                          "echo varies: $(openssl rand -hex 16) && openssl genrsa -out key.pem 1024 2>&1 && "
                          "openssl rsa -in key.pem -check -noout && openssl sha256 key.pem"),
         "seq 1 200000 >file", varies=(r"varies: .*", r"SHA2?-?256\(key.pem\)= .*", r"(?m)^[.+*\s]+$")),
]
