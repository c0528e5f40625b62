"""Programs that walk, pack and sort files."""

from .case import Case, shell

TREE = "mkdir tree && cp -r /usr/include/linux tree/ && find tree -exec touch -d 2024-01-01 {} +"
# Random-looking, the same each time, and quick to make.
LINES = "openssl enc -aes-128-ctr -nosalt -pbkdf2 -pass pass:mecrr -in /dev/zero 2>/dev/null | base64 | head -c {bytes} >{name}"


def lines(count, name):
    return LINES.format(bytes=count, name=name)


CASES = [
    Case("ls", ("ls", "-lR", "/usr/include"), limit_s=120),
    Case("find", ("find", "/usr/include", "-type", "f", "-size", "+8k", "-printf", "%p %s %m\\n"), limit_s=120),
    Case("tar", shell("tar -cf tree.tar --sort=name tree && mkdir out && tar -xf tree.tar -C out && "
                      "diff -r tree out/tree && md5sum tree.tar"), TREE, limit_s=120),
    Case("tar_gzip", shell("tar -czf tree.tgz tree && tar -tzvf tree.tgz | tail -3"), TREE, limit_s=120),
    Case("gzip", shell("gzip -k lines.txt && gzip -l lines.txt.gz && gzip -dc lines.txt.gz | cmp - lines.txt"),
         lines(4_000_000, "lines.txt")),
    Case("xz", shell("xz -T2 -2 --block-size=1MiB -k lines.txt && xz -T2 -dc lines.txt.xz | md5sum"),
         lines(5_000_000, "lines.txt")),
    Case("sort", shell("sort --parallel=2 -o sorted.txt lines.txt && sort -c sorted.txt && md5sum <sorted.txt"),
         lines(50_000_000, "lines.txt"), environment={"LC_ALL": "C"}, limit_s=120),
]
