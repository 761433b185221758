"""Near-copies among comments: campaigns, and the same words sent again.

Texts that are the same but for case and blanks are one; the others are compared by MinHash over
groups of three words, through LSH. All count, none is deleted; a group only says they are alike.
"""

import asyncio
import difflib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from bot.comments.store import Store
from bot.comments.tables import Comment, Visibility

if TYPE_CHECKING:
    from datasketch import MinHash

THRESHOLD = 0.5
"""Share of three-word groups in common, estimated, from which on two comments are near-copies."""
PERMUTATIONS = 128
SHORTEST = 6
"""Words; shorter comments are alike by chance, so only the very same words group them."""
BATCH = 2000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Group:
    """Near-copies; the sample is the oldest of them."""

    sample: Comment
    size: int


@dataclass(frozen=True)
class Piece:
    """A run of words; `kind` is "same", "added" or "removed"."""

    kind: str
    text: str


async def regroup(store: Store) -> int:
    """Look at every comment again and note the groups; the number of grouped comments.

    Raises StoreUnavailable.
    """
    texts = await _texts(store)
    wanted = await asyncio.to_thread(groups_of, texts)
    async with store.session(None) as session:
        query = select(Comment.id, Comment.similar_group).where(Comment.similar_group.is_not(None))
        before = dict((await session.execute(query)).tuples().all())
    changed = {i: g for i, g in wanted.items() if before.get(i) != g}
    changed_to_none = [i for i in before if i not in wanted]
    by_group: dict[int | None, list[int]] = {None: changed_to_none}
    for identity, group in changed.items():
        by_group.setdefault(group, []).append(identity)
    for to, ids in by_group.items():
        for start in range(0, len(ids), BATCH):
            async with store.session(None) as session:
                some = Comment.id.in_(ids[start : start + BATCH])
                await session.execute(update(Comment).where(some).values(similar_group=to))
    return len(wanted)


async def _texts(store: Store) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    last = 0
    while True:
        async with store.session(None) as session:
            query = (
                select(Comment.id, Comment.text)
                .where(Comment.id > last, Comment.visibility != Visibility.ERASED.value)
                .order_by(Comment.id)
                .limit(BATCH)
            )
            rows = (await session.execute(query)).tuples().all()
        found += rows
        if len(rows) < BATCH:
            return found
        last = rows[-1][0]


def groups_of(texts: Sequence[tuple[int, str]]) -> dict[int, int]:
    """The group of each comment that has near-copies: the id of the oldest."""
    leader: dict[int, int] = {}

    def root(one: int) -> int:
        while leader.get(one, one) != one:
            leader[one] = leader.get(leader[one], leader[one])
            one = leader[one]
        return one

    def join(one: int, other: int) -> None:
        first, second = sorted((root(one), root(other)))
        leader[second] = first

    seen: dict[bytes, int] = {}
    # The index proposes generously (it rather errs that way), and the estimate decides.
    from datasketch import MinHashLSH  # brings scipy along, which the front else does without

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, weights=(0.1, 0.9))
    sketches: dict[int, MinHash] = {}
    for identity, text in texts:
        words = _WORD.findall(text.lower())
        same = hashlib.sha256(" ".join(words).encode()).digest()
        if same in seen:
            join(seen[same], identity)
            continue
        seen[same] = identity
        if len(words) < SHORTEST:
            continue
        sketch = _sketch(words)
        for near in index.query(sketch):
            if sketches[near].jaccard(sketch) >= THRESHOLD:
                join(near, identity)
        sketches[identity] = sketch
        index.insert(identity, sketch, check_duplication=False)
    members: dict[int, list[int]] = {}
    for identity, _ in texts:
        members.setdefault(root(identity), []).append(identity)
    return {one: group for group, ids in members.items() if len(ids) > 1 for one in ids}


def _sketch(words: Sequence[str]) -> "MinHash":
    from datasketch import MinHash

    sketch = MinHash(num_perm=PERMUTATIONS, seed=1)
    shingles = {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}
    sketch.update_batch([one.encode() for one in sorted(shingles)])
    return sketch


async def groups(store: Store, least: int = 2, limit: int = 100) -> list[Group]:
    """The groups, the largest first."""
    async with store.session(None) as session:
        size = func.count(Comment.id)
        query = (
            select(Comment.similar_group, size)
            .where(Comment.similar_group.is_not(None))
            .group_by(Comment.similar_group)
            .having(size >= least)
            .order_by(size.desc(), Comment.similar_group)
            .limit(limit)
        )
        sizes = dict((await session.execute(query)).tuples().all())
        rows = await session.scalars(select(Comment).where(Comment.id.in_(sizes)))
        samples = {one.id: one for one in rows}
    return [Group(samples[one], sizes[one]) for one in sizes if one in samples]


async def members(store: Store, group: int, begin: int = 0, limit: int = 25) -> Sequence[Comment]:
    """Comments of a group, oldest first, after the id `begin`."""
    async with store.session(None) as session:
        query = (
            select(Comment)
            .where(Comment.similar_group == group, Comment.id > begin)
            .order_by(Comment.id)
            .limit(limit)
        )
        return (await session.scalars(query)).all()


def differences(sample: str, text: str) -> list[Piece]:
    """What a person changed in the sample's words."""
    one, other = re.findall(r"\S+|\s+", sample), re.findall(r"\S+|\s+", text)
    pieces: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(one[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(one[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(other[c:d])))
    return pieces
