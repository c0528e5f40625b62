"""bash, and the small programs that shells start."""

from .case import Case, copied, script, shell

CASES = [
    Case("true", ("true",)),
    Case("bash_pipes", script("bash", "pipes.sh"), copied("pipes.sh")),
    Case("bash_subshells", script("bash", "subshells.sh"), copied("subshells.sh")),
    Case("bash_traps", script("bash", "traps.sh"), copied("traps.sh")),
    Case("bash_here_documents", script("bash", "here_documents.sh"), copied("here_documents.sh")),
    Case("bash_job_control", script("bash", "job_control.sh"), copied("job_control.sh"), terminal=True),
    Case("sh_exit_status", ("sh", "-c", "echo said; echo to stderr >&2; exit 42"), ends="exit 42"),
    Case("awk", ("awk", "-f", "words.awk", "words.txt"),
         copied("words.awk") + "\nseq 1 20000 | sed 's/$/ lines of the file, line & of it/' >words.txt"),
    Case("sed", shell("sed -n 's/\\([0-9]*\\)5 /<\\1> /p' lines.txt && sed -i '/7/d' lines.txt && md5sum lines.txt"),
         "seq -f '%g bottles' 1 20000 >lines.txt"),
]
