"""What the probe says must be what the kernel then does."""

from __future__ import annotations

import pytest

from seccomp_tui.kernel import abi, features
from tests.kernel.conftest import Start


def test_every_feature_says_what_it_means() -> None:
    for feature in features.probe():
        assert feature.name
        assert feature.detail


@pytest.mark.needs("user_notif")
def test_the_probe_agrees_with_a_real_launch(start: Start) -> None:
    found = {feature.name: feature for feature in features.probe()}
    target = start(["/bin/true"], "execve")
    assert found["user notification"].present
    assert found["pidfd_getfd"].present
    took = bool(target.launched.seccomp_flags & abi.FILTER_WAIT_KILLABLE_RECV)
    assert found["wait killable"].present == took
    assert found["setuid programs"].present != target.launched.no_new_privs
    assert target.finish() == 0
