"""What an error of a framework says, short enough for the manifest."""

import re

# Colours, source locations, error codes and names of nodes.
NOISE = re.compile(
    r"\x1b\[[0-9;]*m|\{\{.*?\}\}|\S*/\S+:\d+ |\[ONNXRuntimeError\] : \d+ : \w+ : |.*Status Message: |.*was false\. "
    r"| ?node with name ''|\(node:\S* |\[Op:\w+\]"
)
# The first line of Keras' errors says only which layer was called.
FRAME = "Exception encountered when calling"


def reason(error: Exception) -> str:
    lines = [NOISE.sub("", line).strip() for line in str(error).splitlines() if FRAME not in line]
    text = " ".join(line for line in lines if line)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


LONGEST = 160
