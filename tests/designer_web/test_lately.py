"""What a process keeps of what it worked out."""

from surveyapp.designer.lately import MOST, lately


def test_a_value_is_made_once_and_the_oldest_is_made_again(app):
    made = []

    def ask(key):
        return lately("test", key, lambda: made.append(key) or key * 2)

    with app.app_context():
        assert [ask(1), ask(1)] == [2, 2]
        assert made == [1]
        for key in range(2, MOST + 2):
            ask(key)
        ask(MOST + 1)
        assert made == [1, *range(2, MOST + 2)]
        ask(1)
        assert made[-1] == 1


def test_two_applications_keep_apart(app, tmp_path):
    from tests.conftest import make_app, make_settings

    with app.app_context():
        assert lately("test", 1, lambda: "here") == "here"
    with make_app(make_settings(tmp_path / "other")).app_context():
        assert lately("test", 1, lambda: "there") == "there"
